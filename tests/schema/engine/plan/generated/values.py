"""Values for the arguments of random operations: mostly sensible ones, a few odd ones.

They name the rows of `tests.factories.world` and of `shops`, so most of what is asked for exists.
"""

from collections.abc import Sequence
from random import Random
from typing import Any, Final

from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLScalarType,
    is_required_input_field,
)

from schema.vocabulary.node import encode_node_id

SEGMENT_IDS: Final = ("gold", "silver", "bronze", "sleeping", "expired", "s0", "s1", "s2", "s3", "nowhere")
CUSTOMER_IDS: Final = ("anna", "bob", "carla", "dora", "c0", "c1", "c2", "nobody")
LEGAL_ENTITY_IDS: Final = ("acme", "globex", "initech", "le0", "le1", "none")
PRODUCT_IDS: Final = ("drill", "chainsaw", "hat", "p0", "p1", "ghost")
CATEGORY_IDS: Final = ("store", "tools", "saws", "hats", "k0", "k1", "orphan", "mystery")
ODD_TEXTS: Final = ("", "ö\U0001f600", "x" * 300, '"', "\\", "Gold")
SITES_AND_CODES: Final = ("main", "other", "SAWS", "DRILL")
INSTANTS: Final = (
    "2020-01-01T00:00:00Z",
    "2026-06-01T12:00:00.123+02:00",
    "2999-01-01T00:00:00.000Z",
    "0001-01-01T00:00:00Z",
    "now",
    "now-P6Y",
    "now+P980Y",
)
LANGUAGES: Final = ("en", "de", "fr", "de-CH", "DE", "zh-Hant-TW", "ZH-hant", "i-Klingon", "xx")
FILTERS: Final = {
    "SegmentConnection": (
        "siteCode:main",
        "status:ACTIVE name.EN:exists",
        "mixins.loyalty.points:>60",
        "validity.to:<now",
    ),
    "ItemAssignmentConnection": ("type:PRODUCT", "item.name.en:~a", "item.code:missing", "segmentId:gold"),
    "GroupAssignmentConnection": ("group.id:club", "group.name:exists", "metadata.version:1"),
    "CustomerConnection": (
        "id:bob",
        "lastName:missing",
        "mixins.shop.turnover:>100 legalEntity.id:exists",
        "legalEntity.mixins.company.country:DE",
        "legalEntity.name:~Ltd email:exists",
        "mixins.shop.lastOrder:(>now-P60D AND <=now)",
    ),
    "CustomerAssignmentConnection": ("customer.id:bob", "legalEntity.id:exists", "assignmentType:MANUAL"),
}
MIXIN_PATHS: Final = ("loyalty.points", "loyalty.deep", "shop.turnover", "shop.lastOrder", "company.country")
MIXIN_VALUES: Final = (1.5, 100, "DE", "2026-01-31", "2026-05-01T02:00:00+02:00", "now-P2M", True)
DURATIONS: Final = (("P30D", "P7Y", "PT12H", "P980Y"), ("", "P", "1D", "P9999Y"))
NAMED: Final[dict[str, tuple[Sequence[str], Sequence[str]]]] = {
    "path": (MIXIN_PATHS, ("", "a..b", "nothing")),
    "withinLast": DURATIONS,
    "withinNext": DURATIONS,
}
"""Usual and odd values of members of filters that have a meaning of their own."""
NODE_IDS: Final = (
    encode_node_id("Segment", ["gold"]),
    encode_node_id("CustomerAssignment", ["gold", "anna", ""]),
    encode_node_id("ItemAssignment", ["gold", "PRODUCT", "drill"]),
    encode_node_id("GroupAssignment", ["gold", "club"]),
    encode_node_id("Group", ["club"]),
    encode_node_id("Customer", ["bob"]),
    encode_node_id("LegalEntity", ["acme"]),
    encode_node_id("Product", ["drill"]),
    encode_node_id("Category", ["nowhere"]),
)
GROUP_IDS: Final = ("club", "firm", "readers", "g1", "nobodys")
IDS: Final = {
    "Group": GROUP_IDS,
    "groupId": GROUP_IDS,
    "Segment": SEGMENT_IDS,
    "Customer": CUSTOMER_IDS,
    "CustomerConnection": CUSTOMER_IDS,
    "Product": PRODUCT_IDS,
    "Category": CATEGORY_IDS,
    "customerId": CUSTOMER_IDS,
    "legalEntityId": LEGAL_ENTITY_IDS,
    "segmentId": SEGMENT_IDS,
    "segmentIds": SEGMENT_IDS,
    "itemId": (*PRODUCT_IDS, *CATEGORY_IDS),
    "itemIds": PRODUCT_IDS,
    "nodeId": NODE_IDS,
    "nodeIds": NODE_IDS,
}
"""By the name of the argument or of the filter's member, or by the type that a field finds."""


ENTITIES: Final = {
    "Segment": SEGMENT_IDS,
    "Customer": CUSTOMER_IDS,
    "LegalEntity": LEGAL_ENTITY_IDS,
    "Group": GROUP_IDS,
    "Product": PRODUCT_IDS,
    "Category": CATEGORY_IDS,
}
ODD_REPRESENTATIONS: Final[Sequence[Any]] = (
    {"__typename": "Order", "id": "1"},
    {"__typename": "Segment"},
    {"__typename": "Customer", "id": "\0"},
    {"__typename": "Product", "id": 5},
    {"__typename": "Product", "id": ["drill"]},
    {},
    "gold",
    [],
)


def one_in(count: int, random: Random) -> bool:
    """True for one in `count`."""
    return random.randrange(count) == count - 1


def usual_or_odd(random: Random, usual: Sequence[Any], odd: Sequence[Any]) -> Any:
    """Something odd one time in forty."""
    return random.choice(odd if one_in(40, random) else usual)


def value_for(random: Random, type_: GraphQLInputType, name: str, found: str, depth: int = 2) -> Any:
    """A JSON value for an argument or member called `name` of a field that finds the type `found`."""
    if isinstance(type_, GraphQLNonNull):
        return _present(random, type_.of_type, name, found, depth)
    return None if one_in(40, random) else _present(random, type_, name, found, depth)


def _present(random: Random, type_: GraphQLInputType, name: str, found: str, depth: int) -> Any:
    match type_:
        case GraphQLList() if name == "representations":
            return _representations(random)
        case GraphQLList():
            if one_in(20, random):  # a single value counts as a list of it
                return value_for(random, type_.of_type, name, found, depth)
            return [value_for(random, type_.of_type, name, found, depth) for _ in range(random.randrange(4))]
        case GraphQLEnumType():
            return random.choice(sorted(type_.values))
        case GraphQLInputObjectType():
            return _members(random, type_, name, found, depth)
        case GraphQLScalarType():
            return _scalar(random, type_.name, name, found)
        case _:
            raise AssertionError(type_)


def _representations(random: Random) -> list[Any]:
    """References to entities of one type, as a router sends them, or of several."""
    names = [random.choice(sorted(ENTITIES))] if one_in(2, random) else sorted(ENTITIES)
    return [_representation(random, random.choice(names)) for _ in range(random.randrange(5))]


def _representation(random: Random, name: str) -> Any:
    """A reference to an entity, at times with a member more; a few are odd."""
    if one_in(60, random):
        return random.choice(ODD_REPRESENTATIONS)
    others = {"code": {"of": [1.5, None]}} if one_in(6, random) else {}
    return {"__typename": name, "id": random.choice(ENTITIES[name]), **others}


def _members(
    random: Random, type_: GraphQLInputObjectType, name: str, found: str, depth: int
) -> dict[str, Any]:
    """What is required and a few members more, no deeper than wanted into filters of filters."""
    required = [member for member, field in type_.fields.items() if is_required_input_field(field)]
    optional = [member for member in type_.fields if depth > 0 or member not in {"and", "or", "not"}]
    chosen = dict.fromkeys([*required, *(random.choice(optional) for _ in range(random.randrange(3)))])
    return {
        member: value_for(
            random,
            type_.fields[member].type,
            member if member in IDS or member in NAMED else name,
            found,
            depth - 1,
        )
        for member in chosen
    }


def _scalar(random: Random, scalar: str, name: str, found: str) -> Any:
    usual: Sequence[Any] = SITES_AND_CODES
    odd: Sequence[Any] = ODD_TEXTS
    match scalar, name:
        case "Boolean", _:
            usual = odd = (False, True)
        case "Int", _:
            usual, odd = range(5), (-1, 100, 101, 1_000, 1_001, 2**31 - 1)
        case "DateTime", _:
            usual = odd = INSTANTS
        case "String", _ if name in NAMED:
            usual, odd = NAMED[name]
        case "JSON", _:
            usual, odd = MIXIN_VALUES, ({}, [1], "\0", 10**18)
        case "String", "language":
            usual, odd = LANGUAGES, ("*", "", "not a tag")
        case "String", "q":
            usual, odd = FILTERS[found], ("(", "nothing:x")
        case "String", "after" | "before":
            usual = odd = ("", "W10", "not a cursor")
        case "ID", _:
            usual = IDS.get(name) or IDS.get(found) or SEGMENT_IDS
    return usual_or_odd(random, usual, odd)
