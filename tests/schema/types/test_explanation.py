"""Why a customer sees an item or is in a segment: exact reasons, and agreement with the answers."""

from dataclasses import replace
from typing import Any

import pytest

from models.tables.customer_assignment import customer_assignment
from resolvers.explain.visibility import MOST_SEGMENTS
from tests.factories.documents import segment
from tests.factories.shop import Shop
from tests.factories.world import CUSTOMER_KEYS, ITEM_KEYS, KEYS_BY_GROUP, SEGMENTS
from tests.schema.client import Graph

VISIBILITY = """query ($customer: ID!, $type: ItemType!, $item: ID!, $legalEntity: ID, $site: String) {
    explainVisibility(
        customerId: $customer, type: $type, itemId: $item, legalEntityId: $legalEntity, siteCode: $site
    ) { holds because { holds code text seen reasons { holds code text seen expected since until } } }
}"""
MEMBERSHIP = """query ($segment: ID!, $customer: ID!, $legalEntity: ID) {
    explainMembership(segmentId: $segment, customerId: $customer, legalEntityId: $legalEntity) {
        holds because { holds code text seen expected reasons { code } }
    }
}"""
CUSTOMERS = ("anna", "bob", "carla", "dora", "eve", "fred", "nobody")
ITEMS = (
    *(("PRODUCT", item) for item in ("drill", "chainsaw", "hat", "ghost", "nothing")),
    *(
        ("CATEGORY", item)
        for item in ("store", "tools", "saws", "hammers", "wear", "hats", "orphan", "mystery")
    ),
)
PARENTS = {"tools": "store", "saws": "tools", "hammers": "tools", "hats": "wear", "orphan": "gone"}
CATEGORIES_OF = {"drill": "tools", "chainsaw": "saws", "hat": "hats"}


async def visibility(world: Graph, **variables: Any) -> Any:
    return (await world(VISIBILITY, variables))["explainVisibility"]


async def membership(world: Graph, segment: str, customer: str, legal_entity: str | None = None) -> Any:
    variables = {"segment": segment, "customer": customer, "legalEntity": legal_entity}
    return (await world(MEMBERSHIP, variables))["explainMembership"]


def leads(segment_id: str, item: tuple[str, str]) -> bool:
    """Whether a segment of the world has the item, a category of it, or one below it."""
    held = {(kind, held) for owner, kind, held in ITEM_KEYS if owner == segment_id}
    if item in held:
        return True
    if item[0] == "PRODUCT":
        return ("CATEGORY", CATEGORIES_OF.get(item[1], "")) in held
    above = {parent for kind, one in held if kind == "CATEGORY" for parent in ancestors(one)}
    return item[1] in above


def ancestors(category: str) -> list[str]:
    parent = PARENTS.get(category)
    return [] if parent is None else [parent, *ancestors(parent)]


def expected(
    customer: str, legal_entity: str | None, item: tuple[str, str], site: str | None, *, valid: bool
) -> bool:
    """The answer, from how the world is written."""
    for document in SEGMENTS:
        is_member = any(
            key[:2] == (document["id"], customer)
            and (legal_entity is None or len(key) == 2 or key[2] == legal_entity)
            for key in (*CUSTOMER_KEYS, *KEYS_BY_GROUP)
        )
        is_active = document.get("status", "ACTIVE") == "ACTIVE"
        is_valid = not valid or document["id"] not in {"expired", "future"}
        on_site = site is None or document["siteCode"] == site
        if is_member and is_active and is_valid and on_site and leads(document["id"], item):
            return True
    return False


@pytest.mark.parametrize("valid", [False, True])
@pytest.mark.parametrize("site", [None, "main", "other"])
@pytest.mark.parametrize("customer", CUSTOMERS)
async def test_it_agrees_with_an_oracle(world: Graph, customer: str, site: str | None, valid: bool) -> None:
    policy = replace(world.shop.policy, enforce_validity=valid)
    for legal_entity in (None, "acme", "globex", "nobody"):
        for kind, item in ITEMS:
            variables = {
                "customer": customer,
                "type": kind,
                "item": item,
                "legalEntity": legal_entity,
                "site": site,
            }
            explanation = (await world(VISIBILITY, variables, policy=policy))["explainVisibility"]
            wanted = expected(customer, legal_entity, (kind, item), site, valid=valid)
            assert explanation["holds"] == wanted, variables
            for reason in explanation["because"]:
                inner = [one["holds"] for one in reason["reasons"]]
                assert reason["holds"] == (inner != [] and all(inner))
            assert [one["holds"] for one in explanation["because"]] == sorted(
                (one["holds"] for one in explanation["because"]), reverse=True
            )


@pytest.mark.parametrize("customer", CUSTOMERS)
async def test_it_agrees_with_what_the_customer_is_answered(world: Graph, customer: str) -> None:
    caller = world.shop.caller("O", customer)
    for kind, item in ITEMS:
        field = kind.lower()
        own = await world(
            f"query ($id: ID!) {{ {field}(id: $id) {{ id }} "
            "itemAssignments(first: 100) { nodes { type item { id } } } }",
            {"id": item},
            caller=caller,
        )
        listed = {(one["type"], one["item"]["id"]) for one in own["itemAssignments"]["nodes"]}
        explanation = await visibility(world, customer=customer, type=kind, item=item)
        assert explanation["holds"] == (own[field] is not None or (kind, item) in listed)


async def test_a_yes_names_the_segment_and_how_it_leads_to_the_item(world: Graph) -> None:
    explanation = await visibility(world, customer="anna", type="CATEGORY", item="store", site="main")
    assert explanation["holds"]
    [gold, *others] = explanation["because"]
    assert gold["text"] == "The segment gold shows it to the customer."
    assert gold["seen"] == {"segmentId": "gold"}
    [item, customer, active, site] = gold["reasons"]
    assert (item["code"], item["text"], item["seen"]) == (
        "CATEGORY_BELOW_ASSIGNED",
        "The category saws, which is below store, is in it.",
        {"type": "CATEGORY", "itemId": "saws"},
    )
    assert (customer["code"], customer["holds"]) == ("CUSTOMER_ASSIGNED", True)
    assert customer["since"] is not None
    assert (active["text"], active["seen"]) == ("It is active.", "ACTIVE")
    assert (site["text"], site["seen"], site["expected"]) == ("It is on the site main.", "main", "main")
    assert [one["seen"]["segmentId"] for one in others] == ["bronze", "sleeping"]


async def test_a_no_names_what_would_have_to_change(world: Graph) -> None:
    question = {"customer": "carla", "type": "PRODUCT", "item": "hat", "legalEntity": "globex"}
    explanation = await visibility(world, **question)
    assert not explanation["holds"]
    assert {one["seen"]["segmentId"]: one["text"].partition(". ")[2] for one in explanation["because"]} == {
        "expired": "The customer carla is not assigned to it.",
        "silver": "The customer carla is not assigned to it for globex, only for acme.",
        "sleeping": "The customer carla is not assigned to it for globex, only for initech.",
    }


async def test_changing_what_a_no_names_makes_it_a_yes(world_to_change: Graph) -> None:
    question = {"customer": "anna", "type": "CATEGORY", "item": "hammers"}
    [sleeping] = (await visibility(world_to_change, **question))["because"]
    assert [(one["code"], one["seen"]) for one in sleeping["reasons"] if not one["holds"]] == [
        ("SEGMENT_ACTIVE", "INACTIVE")
    ]
    await world_to_change.shop.segments(segment("sleeping", name={"en": "Awake"}, status="ACTIVE"))
    assert (await visibility(world_to_change, **question))["holds"]


async def test_an_item_in_no_segment_has_one_reason(world: Graph) -> None:
    explanation = await visibility(world, customer="anna", type="PRODUCT", item="nothing")
    assert explanation == {
        "holds": False,
        "because": [
            {
                "holds": False,
                "code": "ITEM_IN_NO_SEGMENT",
                "text": "The product nothing is in no segment: neither by itself nor through one of its "
                "categories.",
                "seen": None,
                "reasons": [],
            }
        ],
    }


async def test_the_segment_that_shows_the_item_comes_first_of_very_many(shop: Shop) -> None:
    world = Graph(shop)
    ids = [f"s{number:03}" for number in range(MOST_SEGMENTS + 20)]
    await shop.segments(*(segment(one, name={"en": one}) for one in ids))
    await shop.items(*((one, "PRODUCT", "p") for one in ids))
    await shop.customers((ids[-1], "anna"))
    explanation = await visibility(world, customer="anna", type="PRODUCT", item="p")
    assert explanation["holds"]
    assert len(explanation["because"]) == MOST_SEGMENTS
    assert explanation["because"][0]["seen"] == {"segmentId": ids[-1]}


@pytest.mark.parametrize(
    ("key", "code", "text"),
    [
        (("gold", "anna"), "ASSIGNED_BY_CLIENT", "The customer anna was assigned by a client on "),
        (
            ("silver", "bob", "acme"),
            "ASSIGNED_BY_CLIENT",
            "The customer bob, on behalf of acme, was assigned by a client on ",
        ),
        (
            ("silver", "bob"),
            "NOT_ASSIGNED",
            "The customer bob is not assigned. There are assignments for acme.",
        ),
        (("gold", "nobody"), "NOT_ASSIGNED", "The customer nobody is not assigned."),
        (
            ("gold", "bob", "acme"),
            "NOT_ASSIGNED",
            "The customer bob, on behalf of acme, is not assigned. There are assignments for themselves.",
        ),
        (("nowhere", "anna"), "SEGMENT_UNKNOWN", "There is no segment nowhere."),
    ],
)
async def test_membership(world: Graph, key: tuple[str, ...], code: str, text: str) -> None:
    explanation = await membership(world, *key)
    [reason] = explanation["because"]
    holds = code == "ASSIGNED_BY_CLIENT"
    assert (explanation["holds"], reason["holds"], reason["code"]) == (holds, holds, code)
    assert reason["text"].startswith(text) if holds else reason["text"] == text


async def test_an_automatic_assignment_says_so(shop: Shop) -> None:
    world = Graph(shop)
    await shop.segments(segment("gold", name={"en": "Gold"}))
    await shop.customers(("gold", "anna"))
    automatic = customer_assignment.update().where(customer_assignment.c.tenant == shop.tenant)
    await shop.write(lambda writer: writer.transaction.write(automatic.values(assignment_type="AUTOMATIC")))
    [reason] = (await membership(world, "gold", "anna"))["because"]
    assert (reason["code"], reason["seen"]) == ("ASSIGNED_AUTOMATICALLY", "AUTOMATIC")


@pytest.mark.parametrize("scopes", ["O", "M", "OM", ""])
async def test_only_who_reads_everything_is_told(world: Graph, scopes: str) -> None:
    caller = world.shop.caller(scopes, "anna")
    for query, variables in (
        (VISIBILITY, {"customer": "anna", "type": "PRODUCT", "item": "drill"}),
        (MEMBERSHIP, {"segment": "gold", "customer": "anna"}),
    ):
        assert (await world.ask(query, variables, caller=caller)).codes == ["FORBIDDEN"]


async def test_each_answer_takes_a_fixed_number_of_statements(world: Graph) -> None:
    asked = await world.ask(VISIBILITY, {"customer": "anna", "type": "CATEGORY", "item": "store"})
    assert asked.statements == 2  # the segments, and the assignments of the customer and of their groups
    asked = await world.ask(MEMBERSHIP, {"segment": "gold", "customer": "anna"})
    assert asked.statements == 2  # the assignments, and the rule of the segment


@pytest.mark.parametrize("name", ["customer", "item", "legalEntity", "site"])
async def test_what_is_too_long_is_refused(world: Graph, name: str) -> None:
    variables = {"customer": "anna", "type": "PRODUCT", "item": "drill", name: "x" * 300}
    asked = await world.ask(VISIBILITY, variables)
    assert asked.codes in (["INVALID_ARGUMENT"], ["INVALID_INPUT"])
