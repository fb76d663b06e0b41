"""Entities for routers: what is found, in which order, for whom, and what malformed representations do."""

from typing import Any, Final

import pytest

from resolvers.caller import ANONYMOUS
from tests.factories.documents import customer, segment
from tests.factories.shop import Shop
from tests.factories.work import recorded
from tests.schema.client import Answer, Graph
from tests.schema.test_statements import FEW, MANY, fill

TYPES: Final = ("Category", "Customer", "Group", "LegalEntity", "Product", "Segment")
ALL_TYPES: Final = """query ($representations: [_Any!]!) { _entities(representations: $representations) {
    __typename
    ... on Segment { id name }
    ... on Customer { id lastName }
    ... on LegalEntity { id mixins }
    ... on Group { id userType }
    ... on Item { id code }
} }"""
SEGMENTS: Final = """query ($representations: [_Any!]!) {
    _entities(representations: $representations) { ... on Segment { id } }
}"""
GOLD: Final = {"__typename": "Segment", "id": "gold"}


def references(type_name: str, *ids: Any) -> list[dict[str, Any]]:
    return [{"__typename": type_name, "id": one} for one in ids]


@pytest.fixture
def router(world: Graph) -> Graph:
    return Graph(world.shop, is_router=True)


async def entities(router: Graph, representations: Any, query: str = ALL_TYPES, **options: Any) -> Answer:
    return await router.ask(query, {"representations": representations}, **options)


async def ids_of(router: Graph, representations: Any, **options: Any) -> list[str | None]:
    """The ids of the segments, all of which must be well-formed."""
    answer = await entities(router, representations, SEGMENTS, **options)
    assert answer.errors == []
    return [one and one["id"] for one in answer.data["_entities"]]


async def test_every_type_with_an_id_is_an_entity(router: Graph) -> None:
    ids = ["saws", "anna", "staff", "acme", "drill", "gold"]
    representations = [{"__typename": name, "id": one} for name, one in zip(TYPES, ids, strict=True)]
    answer = await entities(router, representations)
    assert answer.errors == []
    assert answer.data["_entities"] == [
        {"__typename": "Category", "id": "saws", "code": "SAWS"},
        {"__typename": "Customer", "id": "anna", "lastName": "Archer"},
        {"__typename": "Group", "id": "staff", "userType": "EMPLOYEE"},
        {
            "__typename": "LegalEntity",
            "id": "acme",
            "mixins": {"company": {"country": "DE", "since": "2019-03-01"}},
        },
        {"__typename": "Product", "id": "drill", "code": "DRILL"},
        {"__typename": "Segment", "id": "gold", "name": "Gold"},
    ]
    assert answer.statements == len(TYPES)


async def test_the_order_is_kept_and_unknown_ones_are_null(router: Graph) -> None:
    ids = ["silver", "nowhere", "gold", "silver", "GOLD", "", "bronze"]
    expected = ["silver", None, "gold", "silver", None, None, "bronze"]
    assert await ids_of(router, references("Segment", *ids)) == expected


async def test_no_representation_is_no_entity(router: Graph) -> None:
    answer = await entities(router, [])
    assert (answer.data, answer.errors, answer.statements) == ({"_entities": []}, [], 0)


async def test_a_single_representation_counts_as_a_list(router: Graph) -> None:
    assert await ids_of(router, GOLD) == ["gold"]


async def test_other_members_of_a_representation_are_ignored(router: Graph) -> None:
    """A router adds what an entity's other subgraphs require."""
    others = {"name": ["x"], "nested": {"__typename": "Customer", "id": None}, "tenant": "another"}
    assert await ids_of(router, [{**GOLD, **others}]) == ["gold"]


async def test_a_number_is_an_id(shop: Shop) -> None:
    await shop.segments(segment("5"))
    assert await ids_of(Graph(shop, is_router=True), references("Segment", 5, "5")) == ["5", "5"]


async def test_literals_may_hold_variables(router: Graph) -> None:
    query = """query ($id: ID!, $type: String!) { _entities(
        representations: [{__typename: "Segment", id: $id}, {__typename: $type, id: "gold", n: [1.5]}]
    ) { ... on Segment { id } } }"""
    data = await router(query, {"id": "silver", "type": "Segment"})
    assert data == {"_entities": [{"id": "silver"}, {"id": "gold"}]}


async def test_the_type_alone_can_be_selected(router: Graph) -> None:
    query = """query ($representations: [_Any!]!) {
        _entities(representations: $representations) { __typename }
    }"""
    representations = [*references("Segment", "gold", "nowhere"), *references("Product", "drill", "ghost")]
    answer = await entities(router, representations, query)
    kinds = [one and one["__typename"] for one in answer.data["_entities"]]
    assert (kinds, answer.errors, answer.statements) == (["Segment", None, "Product", None], [], 2)


async def test_a_type_without_a_fragment_is_an_empty_object(router: Graph) -> None:
    representations = [*references("Customer", "bob", "nobody"), GOLD]
    answer = await entities(router, representations, SEGMENTS)
    assert (answer.data["_entities"], answer.errors) == ([{}, None, {"id": "gold"}], [])


async def test_aliases_have_selections_of_their_own(router: Graph) -> None:
    query = """query ($a: [_Any!]!, $b: [_Any!]!) {
        a: _entities(representations: $a) { ... on Segment { name x: siteCode } }
        b: _entities(representations: $b) { ...S ... on Item { name } }
    }
    fragment S on Segment { x: status ... on Node { nodeId } }"""
    data = await router(query, {"a": [GOLD], "b": [*references("Product", "drill"), GOLD]})
    assert data == {
        "a": [{"name": "Gold", "x": "main"}],
        "b": [{"name": "Drill"}, {"x": "ACTIVE", "nodeId": "WyJTZWdtZW50IiwiZ29sZCJd"}],
    }


TYPE: Final = "`__typename` must be one of Category, Customer, Group, LegalEntity, Product, Segment."
ID: Final = "`id` must be a text of at most 255 characters, without U+0000 and lone surrogates."
OBJECT: Final = "A representation is an object with `__typename` and `id`."
MALFORMED: Final[dict[str, tuple[Any, str, list[str]]]] = {
    "no object": ("gold", OBJECT, []),
    "a number": (5, OBJECT, []),
    "a list": ([GOLD], OBJECT, []),
    "nothing in it": ({}, TYPE, ["__typename"]),
    "no type": ({"id": "gold"}, TYPE, ["__typename"]),
    "an unknown type": ({"__typename": "Order", "id": "1"}, TYPE, ["__typename"]),
    "a type that is no entity": ({"__typename": "ItemAssignment", "id": "1"}, TYPE, ["__typename"]),
    "an interface": ({"__typename": "Item", "id": "drill"}, TYPE, ["__typename"]),
    "a type that is a list": ({"__typename": ["Segment"], "id": "gold"}, TYPE, ["__typename"]),
    "a huge type": ({"__typename": "S" * 100_000, "id": "gold"}, TYPE, ["__typename"]),
    "a type with a lone surrogate": ({"__typename": "\ud800", "id": "gold"}, TYPE, ["__typename"]),
    "no id": ({"__typename": "Segment"}, ID, ["id"]),
    "another key": ({"__typename": "Segment", "nodeId": "WyJTZWdtZW50IiwiZ29sZCJd"}, ID, ["id"]),
    "id null": ({"__typename": "Segment", "id": None}, ID, ["id"]),
    "id true": ({"__typename": "Segment", "id": True}, ID, ["id"]),
    "id a decimal": ({"__typename": "Segment", "id": 5.0}, ID, ["id"]),
    "id an object": ({"__typename": "Segment", "id": {"eq": "gold"}}, ID, ["id"]),
    "id a list": ({"__typename": "Segment", "id": ["gold"]}, ID, ["id"]),
    "id huge": ({"__typename": "Segment", "id": "g" * 256}, ID, ["id"]),
    "id with NUL": ({"__typename": "Segment", "id": "gold\0"}, ID, ["id"]),
    "id with a lone surrogate": ({"__typename": "Customer", "id": "gold\udfff"}, ID, ["id"]),
}


@pytest.mark.parametrize("name", MALFORMED)
async def test_a_malformed_representation_harms_no_other(router: Graph, name: str) -> None:
    representation, message, member = MALFORMED[name]
    representations = [*references("Segment", "gold"), representation, *references("Segment", "silver")]
    answer = await entities(router, representations, SEGMENTS)
    assert answer.data == {"_entities": [{"id": "gold"}, None, {"id": "silver"}]}
    [error] = answer.errors
    assert (error["message"], error["path"]) == (message, ["_entities", 1])
    assert error["extensions"] == {"code": "INVALID_ARGUMENT", "inputPath": ["representations", 1, *member]}
    assert answer.statements == 1


async def test_an_id_of_the_greatest_length_is_looked_up(router: Graph) -> None:
    assert await ids_of(router, references("Segment", "g" * 255)) == [None]


async def test_null_is_refused_by_the_type_of_the_argument(router: Graph) -> None:
    answer = await entities(router, [GOLD, None])
    assert answer.data is None
    [error] = answer.errors
    assert error["message"].endswith("at [1]: Expected value of non-null type '_Any!' not to be None.")


async def test_the_number_of_representations_is_bounded(router: Graph) -> None:
    assert len(await ids_of(router, [GOLD] * 1_000)) == 1_000
    answer = await entities(router, [GOLD] * 1_001)
    assert (answer.data, answer.statements) == (None, 0)
    [error] = answer.errors
    assert error["path"] == ["_entities"]
    assert error["extensions"] == {"code": "TOO_MANY_ELEMENTS", "inputPath": ["representations"]}


async def test_representations_of_one_entity_are_read_once(router: Graph) -> None:
    with recorded(router.shop.database) as statements:
        assert await ids_of(router, [GOLD, *references("Segment", "silver"), GOLD]) == [
            "gold",
            "silver",
            "gold",
        ]
    [statement] = statements
    assert str(statement.parameters).count("gold") == 1


DEEP: Final = """query ($representations: [_Any!]!) { _entities(representations: $representations) {
    ... on Segment { id customerAssignments { nodes { customer { firstName legalEntities { name } } } } }
    ... on Customer { id segments(first: 100) { totalCount nodes { id name } } }
    ... on Product { id name }
} }"""


@pytest.mark.slow
@pytest.mark.parametrize("count", [FEW, MANY])
async def test_entities_cost_the_same_for_few_and_for_many(graph: Graph, count: int) -> None:
    await fill(graph.shop, count)
    representations = [
        {"__typename": name, "id": f"{letter}{one}"}
        for one in range(count)
        for name, letter in (("Segment", "s"), ("Customer", "c"), ("Product", "i"))
    ]
    answer = await entities(Graph(graph.shop, is_router=True), representations, DEEP)
    assert answer.errors == []
    assert len(answer.data["_entities"]) == 3 * count
    assert None not in answer.data["_entities"]
    assert answer.statements == 3 + 5


@pytest.mark.parametrize("scopes", ["", "M", "O"])
async def test_a_reading_scope_is_needed(router: Graph, scopes: str) -> None:
    """As by `segment(id:)`: with segment_read_own, the caller is a customer."""
    answer = await entities(router, [GOLD], caller=router.shop.caller(scopes))
    assert (answer.data, answer.codes, answer.statements) == (None, ["FORBIDDEN"], 0)


async def test_an_anonymous_caller_is_asked_for_a_token(router: Graph) -> None:
    answer = await entities(router, [GOLD], caller=ANONYMOUS)
    assert (answer.data, answer.codes, answer.statements) == (None, ["UNAUTHENTICATED"], 0)


async def test_the_own_view_shows_what_the_fields_by_id_show(router: Graph) -> None:
    representations = [
        *references("Segment", "gold", "silver", "sleeping"),
        *references("Customer", "anna", "bob"),
        *references("Category", "saws", "hats"),
        *references("Group", "readers", "club"),
        *references("LegalEntity", "acme"),
    ]
    anna = router.shop.caller("O", "anna")
    answer = await entities(router, representations, caller=anna)
    shown = [one and one["id"] for one in answer.data["_entities"]]
    fields = {"Segment": "segment", "Customer": "customer", "Category": "category", "Group": "group"}
    single = []
    for one in representations[:-1]:
        field = fields[one["__typename"]]
        data = await router(f'{{ found: {field}(id: "{one["id"]}") {{ id }} }}', caller=anna)
        single.append(data["found"] and data["found"]["id"])
    assert shown == [*single, None] == ["gold", None, None, "anna", None, "saws", None, "readers", None, None]


async def test_the_tenant_comes_from_the_token_alone(router: Graph, shop: Shop) -> None:
    await shop.segments(segment("gold", name={"en": "Other gold"}))
    await shop.known_customers(customer("zoe"))
    representations = [*references("Customer", "zoe", "anna"), {**GOLD, "tenant": router.shop.tenant}]
    answer = await entities(Graph(shop, is_router=True), representations)
    assert answer.data["_entities"] == [
        {"__typename": "Customer", "id": "zoe", "lastName": None},
        None,
        {"__typename": "Segment", "id": "gold", "name": "Other gold"},
    ]
