"""Deleting customers, legal entities, products and categories: what goes, what stays, what it costs."""

from typing import Any

import pytest

from resolvers.policy import Policy
from tests.factories.documents import customer, segment
from tests.factories.shop import Document
from tests.schema.client import USER_ERRORS, Graph

STRICT = Policy(enforce_references=True)
KNOWN = {
    "customers": "anna",
    "legalEntities": "acme",
    "groups": "club",
    "products": "drill",
    "categories": "saws",
}
TABLES = {
    "customers": "customer",
    "legalEntities": "legal_entity",
    "groups": "customer_group",
    "products": "product",
    "categories": "category",
}


LINKS = ("customer_legal_entity", "customer_group_member", "product_category")


async def delete(
    graph: Graph, noun: str, *ids: str, with_assignments: bool | None = None, **options: Any
) -> Any:
    chosen = "" if with_assignments is None else f", withAssignments: {str(with_assignments).lower()}"
    field = (
        f"$ids: [ID!]! => {noun}Delete(ids: $ids{chosen}) "
        f"{{ results {{ index id effect {USER_ERRORS} }} {USER_ERRORS} }}"
    )
    return await graph.mutate(field, {"ids": list(ids)}, **options)


def effects(payload: Any) -> list[str | None]:
    assert payload["userErrors"] == []
    assert [one["index"] for one in payload["results"]] == list(range(len(payload["results"])))
    return [one["effect"] for one in payload["results"]]


def codes(payload: Any) -> list[list[tuple[str, list[str]]]]:
    return [[(error["code"], error["path"]) for error in one["userErrors"]] for one in payload["results"]]


def without(rows: dict[str, list[Document]], table: str, **columns: str) -> dict[str, list[Document]]:
    """The rows, less those of a table that have these values."""
    kept = [row for row in rows[table] if any(row[name] != value for name, value in columns.items())]
    assert kept != rows[table]
    return {**rows, table: kept}


async def test_a_customer_goes_with_their_links_and_leaves_their_assignments(world_to_change: Graph) -> None:
    before = await world_to_change.shop.rows()
    assert effects(await delete(world_to_change, "customers", "bob")) == ["DELETED"]
    expected = without(without(before, "customer", id="bob"), "customer_legal_entity", customer_id="bob")
    assert await world_to_change.shop.rows() == expected
    assert effects(await delete(world_to_change, "customers", "bob", "bob")) == ["UNCHANGED", "UNCHANGED"]
    assert await world_to_change.shop.rows() == expected


async def test_a_customer_goes_with_their_assignments_on_demand(world_to_change: Graph) -> None:
    before = await world_to_change.shop.rows()
    payload = await delete(world_to_change, "customers", "bob", with_assignments=True)
    assert effects(payload) == ["DELETED"]
    expected = without(before, "customer", id="bob")
    expected = without(expected, "customer_legal_entity", customer_id="bob")
    assert await world_to_change.shop.rows() == without(expected, "customer_assignment", customer_id="bob")


async def test_the_assignments_of_a_customer_who_is_not_known_go_too(world_to_change: Graph) -> None:
    before = await world_to_change.shop.rows()
    assert effects(await delete(world_to_change, "customers", "dora")) == ["UNCHANGED"]
    payload = await delete(world_to_change, "customers", "zoe", "dora", "dora", with_assignments=True)
    assert effects(payload) == ["UNCHANGED", "DELETED", "UNCHANGED"]
    assert await world_to_change.shop.rows() == without(before, "customer_assignment", customer_id="dora")


async def test_a_legal_entity_goes_with_the_links_to_it(world_to_change: Graph) -> None:
    before = await world_to_change.shop.rows()
    assert effects(await delete(world_to_change, "legalEntities", "acme")) == ["DELETED"]
    expected = without(before, "legal_entity", id="acme")
    assert await world_to_change.shop.rows() == without(
        expected, "customer_legal_entity", legal_entity_id="acme"
    )


async def test_links_to_a_legal_entity_that_is_not_known_go_too(graph: Graph) -> None:
    await graph.shop.known_customers(customer("anna", legalEntityIds=["acme", "globex"]))
    assert effects(await delete(graph, "legalEntities", "acme", "acme")) == ["UNCHANGED", "UNCHANGED"]
    links = (await graph.shop.rows())["customer_legal_entity"]
    assert [row["legal_entity_id"] for row in links] == ["globex"]


async def test_a_product_goes_with_its_links(world_to_change: Graph) -> None:
    before = await world_to_change.shop.rows()
    assert effects(await delete(world_to_change, "products", "drill")) == ["DELETED"]
    expected = without(before, "product", id="drill")
    assert await world_to_change.shop.rows() == without(expected, "product_category", product_id="drill")


async def test_a_category_goes_with_the_links_to_it_and_its_children_are_roots(
    world_to_change: Graph,
) -> None:
    before = await world_to_change.shop.rows()
    assert effects(await delete(world_to_change, "categories", "tools")) == ["DELETED"]
    expected = without(before, "category", id="tools")
    assert await world_to_change.shop.rows() == without(expected, "product_category", category_id="tools")

    trees = """{
        categoryTrees(customerId: "anna") { id parentId subcategories { id } }
        category(id: "saws") { parentId }
    }"""
    data = await world_to_change(trees)
    assert data["categoryTrees"] == [{"id": "saws", "parentId": None, "subcategories": []}]
    assert data["category"] == {"parentId": "tools"}
    again = 'mutation { categoriesUpsert(categories: [{id: "tools"}]) { results { effect } } }'
    await world_to_change(again)
    data = await world_to_change(trees)
    assert data["categoryTrees"] == [{"id": "tools", "parentId": None, "subcategories": [{"id": "saws"}]}]


async def test_what_is_deleted_is_shown_as_what_was_never_known(world_to_change: Graph) -> None:
    for noun, known in KNOWN.items():
        assert effects(await delete(world_to_change, noun, known)) == ["DELETED"]
    data = await world_to_change(
        """{ segment(id: "gold") {
            customerAssignments(where: {customerId: {eq: "anna"}}) {
                nodes { customer { id firstName email legalEntities { id } segments { totalCount } } }
            }
            itemAssignments { nodes { item { __typename id code name nameTranslations { text } } } }
        }
        silver: segment(id: "silver") { customerAssignments(first: 1) { nodes { legalEntity { id name } } } }
        gold: segment(id: "gold") { groupAssignments { nodes { group { id name userType } } } }
        customer(id: "anna") { id } group(id: "club") { id }
        product(id: "drill") { id } category(id: "saws") { id } }"""
    )
    assert data["segment"]["customerAssignments"]["nodes"] == [
        {
            "customer": {
                "id": "anna",
                "firstName": None,
                "email": None,
                "legalEntities": [],
                "segments": {"totalCount": 2},
            }
        }
    ]
    nothing: dict[str, Any] = {"code": None, "name": None, "nameTranslations": []}
    assert [one["item"] for one in data["segment"]["itemAssignments"]["nodes"]] == [
        {"__typename": "Category", "id": "saws", **nothing},
        {"__typename": "Product", "id": "drill", **nothing},
    ]
    assert data["silver"]["customerAssignments"]["nodes"] == [{"legalEntity": {"id": "acme", "name": None}}]
    club = {"id": "club", "name": None, "userType": None}
    assert data["gold"]["groupAssignments"]["nodes"] == [{"group": club}]
    assert data["customer"] == data["product"] == data["category"] == data["group"] is None


@pytest.mark.parametrize(
    ("noun", "known", "path"),
    [
        ("customers", "anna", ["withAssignments"]),
        ("legalEntities", "acme", []),
        ("groups", "club", []),
        ("products", "drill", []),
        ("categories", "saws", []),
    ],
)
async def test_what_is_assigned_stays_where_references_are_enforced(
    world_to_change: Graph, noun: str, known: str, path: list[str]
) -> None:
    before = await world_to_change.shop.rows()
    payload = await delete(world_to_change, noun, known, "nowhere", known, policy=STRICT)
    assert effects(payload) == [None, "UNCHANGED", None]
    assert codes(payload) == [[("REFERENCE_IN_USE", path)], [], [("REFERENCE_IN_USE", path)]]
    assert await world_to_change.shop.rows() == before


async def test_what_is_not_assigned_goes_where_references_are_enforced(world_to_change: Graph) -> None:
    await world_to_change.shop.known_customers(customer("zoe", legalEntityIds=["acme", "hooli"]))
    await world_to_change.shop.known_legal_entities({"id": "hooli"})
    unused = {"customers": "zoe", "legalEntities": "hooli", "categories": "store"}
    for noun, known in unused.items():
        assert effects(await delete(world_to_change, noun, known, policy=STRICT)) == ["DELETED"]
    await world_to_change.shop.items(("gold", "PRODUCT", "store"))
    assert effects(await delete(world_to_change, "categories", "tools", policy=STRICT)) == ["DELETED"]


async def test_a_customer_goes_with_their_assignments_where_references_are_enforced(
    world_to_change: Graph,
) -> None:
    payload = await delete(world_to_change, "customers", "anna", with_assignments=True, policy=STRICT)
    assert effects(payload) == ["DELETED"]
    rows = await world_to_change.shop.rows()
    assert "anna" not in {row["customer_id"] for row in rows["customer_assignment"]}


@pytest.mark.parametrize("noun", KNOWN)
async def test_a_wrong_id_does_not_keep_the_others(world_to_change: Graph, noun: str) -> None:
    payload = await delete(world_to_change, noun, "", "a/b", KNOWN[noun], "x" * 129)
    assert effects(payload) == [None, None, "DELETED", None]
    assert [one["id"] for one in payload["results"]] == ["", "a/b", KNOWN[noun], "x" * 129]
    wrong: list[tuple[str, list[str]]] = [("INVALID_INPUT", [])]
    assert codes(payload) == [wrong, wrong, [], wrong]


@pytest.mark.parametrize("noun", KNOWN)
async def test_more_than_200_ids_are_refused(world_to_change: Graph, noun: str) -> None:
    before = await world_to_change.shop.rows()
    payload = await delete(world_to_change, noun, *[KNOWN[noun]] * 201)
    assert payload["results"] == []
    [error] = payload["userErrors"]
    assert (error["code"], error["path"]) == ("TOO_MANY_ELEMENTS", ["ids"])
    assert await world_to_change.shop.rows() == before
    assert effects(await delete(world_to_change, noun)) == []


@pytest.mark.slow
async def test_a_deletion_takes_as_many_statements_for_many_rows_as_for_few(graph: Graph) -> None:
    """Records, links and assignments are locked and deleted, each in a statement; one writes the log."""
    await graph.shop.segments(*(segment(f"s{number}") for number in range(20)))

    async def statements(count: int, each: int) -> int:
        ids = [f"c{number:03}" for number in range(count)]
        await graph.shop.known_customers(*(customer(one, legalEntityIds=["a", "b"]) for one in ids))
        await graph.shop.customers(*((f"s{number}", one) for one in ids for number in range(each)))
        query = """mutation ($ids: [ID!]!) {
            customersDelete(ids: $ids, withAssignments: true) { results { effect } }
        }"""
        answer = await graph.ask(query, {"ids": ids})
        assert answer.data["customersDelete"]["results"] == [{"effect": "DELETED"}] * count
        return answer.statements

    few = await statements(1, 1)
    assert few == 9
    assert await statements(200, 9) == few
    assert await statements(200, 20) == few + 3, "in chunks of 2,000, of which each second is logged"
    rows = await graph.shop.rows()
    assert rows["customer"] == rows["customer_legal_entity"] == rows["customer_assignment"] == []


async def test_another_tenant_keeps_its_own(world_to_change: Graph, world: Graph) -> None:
    """Both tenants hold the same ids."""
    before = await world.shop.rows()
    for noun in KNOWN:
        ids = [row["id"] for row in before[TABLES[noun]]]
        payload = await delete(
            world_to_change, noun, *ids, with_assignments=True if noun == "customers" else None
        )
        assert effects(payload) == ["DELETED"] * len(ids)
    assert await world.shop.rows() == before
    rows = await world_to_change.shop.rows()
    assert [rows[table] for table in (*TABLES.values(), *LINKS)] == [[]] * 8
