"""Fields of GraphQL with their arguments, and the REST requests that ask or do the same."""

from typing import Any, Final

TRANSLATIONS: Final = [{"language": "en", "text": "Gold"}, {"language": "de", "text": "Gold!"}]
INPUT: Final = {
    "id": None,
    "siteCode": "main",
    "status": "ACTIVE",
    "name": TRANSLATIONS,
    "description": None,
    "validity": {"from": "2026-01-01T00:00:00Z", "to": None},
    "mixins": {"a": {"b": None}},
    "mixinSchemas": {"a": "https://example.com/a"},
}
DOCUMENT: Final = {
    "siteCode": "main",
    "status": "ACTIVE",
    "name": {"en": "Gold", "de": "Gold!"},
    "validity": {"from": "2026-01-01T00:00:00Z"},
    "mixins": {"a": {"b": None}},
}
SCHEMAS: Final = {"mixins": {"a": "https://example.com/a"}}
IN_GOLD: Final = {"id": "gold"}
RULE: Final = {
    "where": {"id": {"eq": "anna", "in": None}, "and": None},
    "q": None,
    "subject": "CUSTOMER",
    "timeZone": "UTC",
}
CONDITION: Final = {"where": {"id": {"eq": "anna"}}, "subject": "CUSTOMER", "timeZone": "UTC"}
MIXED: Final[dict[str, Any]] = {"mixins": {"a": {}}, "mixinSchemas": None, "expectedVersion": 3}
CONTENT: Final = {"mixins": {"a": {}}, "metadata": {"version": 3}}
ANNA: Final = {"customerId": "anna", "legalEntityId": None}
DAVID: Final = {"customerId": "david", "legalEntityId": "le 1/ü"}
DAVID_IN_PATH: Final = "david/le%201%2F%C3%BC"

SEGMENTS: Final = [
    (
        ["segments", {"q": "status:ACTIVE", "first": 5, "customerId": "a&b"}, {}, {"totalCount": {}}],
        ("GET", "?customerId=a%26b&q=status%3AACTIVE&pageSize=5", None),
    ),
    (
        [
            "segments",
            {"orderBy": [{"field": "NAME", "direction": "ASC"}, {"field": "VALID_TO", "direction": "DESC"}]},
        ],
        ("GET", "?pageSize=20&sort=name%3Aasc%2Cvalidity.to%3Adesc", None),
    ),
    (["segment", {"id": "gold"}], ("GET", "/gold", None)),
    (["segmentCreate", {"input": INPUT}], ("POST", "", {**DOCUMENT, "metadata": SCHEMAS})),
    (
        ["segmentUpsert", {"id": "gold", "input": INPUT, "expectedVersion": 2}],
        ("PUT", "/gold", {**DOCUMENT, "metadata": {**SCHEMAS, "version": 2}}),
    ),
    (
        [
            "segmentPatch",
            {
                "id": "gold",
                "operations": [
                    {"op": "ADD", "path": "/mixins/a", "value": None},
                    {"op": "REMOVE", "path": "/mixins/b", "value": None},
                ],
            },
        ],
        (
            "PATCH",
            "/gold",
            [{"op": "add", "path": "/mixins/a", "value": None}, {"op": "remove", "path": "/mixins/b"}],
        ),
    ),
    (["segmentDelete", {"id": "gold", "forceDelete": True}], ("DELETE", "/gold?forceDelete=true", None)),
    (["segmentDelete", {"id": "gold", "forceDelete": False}], ("DELETE", "/gold", None)),
    (
        ["segmentsCreate", {"inputs": [{**INPUT, "id": "gold"}]}],
        ("POST", "/bulk", [{"id": "gold", **DOCUMENT, "metadata": SCHEMAS}]),
    ),
    (
        ["segmentsUpsert", {"inputs": [{**INPUT, "id": "gold", "expectedVersion": 4}]}],
        ("PUT", "/bulk", [{"id": "gold", **DOCUMENT, "metadata": {**SCHEMAS, "version": 4}}]),
    ),
    (["segmentsDelete", {"ids": ["gold", "vip"]}], ("DELETE", "/bulk", ["gold", "vip"])),
    (
        ["matchItems", {"siteCode": "main", "itemIds": ["p"], "segmentIds": ["gold"]}],
        ("POST", "/match", {"site": "main", "items": [{"id": "p"}], "segmentIds": ["gold"]}),
    ),
    (["viewer.segments", {"first": 3}], ("GET", "/me?pageSize=3", None)),
]
CUSTOMERS: Final = [
    (["segment.customerAssignments", {"first": 7}, IN_GOLD], ("GET", "/gold/customers?pageSize=7", None)),
    (
        [
            "segment.customerAssignments",
            {"where": {"customerId": {"eq": "anna", "in": None}, "legalEntityId": {"isNull": True}}},
            IN_GOLD,
        ],
        ("GET", "/gold/customers/anna", None),
    ),
    (
        [
            "segment.customerAssignments",
            {"where": {"customerId": {"eq": "david"}, "legalEntityId": {"eq": "le 1/ü"}}},
            IN_GOLD,
        ],
        ("GET", f"/gold/customers/{DAVID_IN_PATH}", None),
    ),
    (
        ["segmentCustomersAssign", {"segmentId": "gold", "customers": [{**ANNA, **MIXED}]}],
        ("PUT", "/gold/customers/anna", CONTENT),
    ),
    (
        ["segmentCustomersAssign", {"segmentId": "gold", "customers": [DAVID]}],
        ("PUT", f"/gold/customers/{DAVID_IN_PATH}", {}),
    ),
    (
        ["segmentCustomersAssign", {"segmentId": "gold", "customers": [{**ANNA, **MIXED}, DAVID]}],
        ("PUT", "/gold/customers/bulk", [{"customerId": "anna", **CONTENT}, DAVID]),
    ),
    (
        ["segmentCustomersRemove", {"segmentId": "gold", "customers": [ANNA]}],
        ("DELETE", "/gold/customers/anna", None),
    ),
    (
        ["segmentCustomersRemove", {"segmentId": "gold", "customers": [DAVID]}],
        ("DELETE", f"/gold/customers/{DAVID_IN_PATH}", None),
    ),
    (
        ["segmentCustomersRemove", {"segmentId": "gold", "customers": [ANNA, DAVID]}],
        ("DELETE", "/gold/customers/bulk", [{"customerId": "anna"}, DAVID]),
    ),
]
ITEMS: Final = [
    (
        ["itemAssignments", {"siteCode": "main", "onlyActive": True, "legalEntityId": "le"}],
        ("GET", "/items?siteCode=main&onlyActive=true&legalEntityId=le&pageSize=20", None),
    ),
    (
        [
            "itemAssignments",
            {"where": {"segmentId": {"eq": "gold"}}, "q": "type:PRODUCT", "onlyActive": False},
        ],
        ("GET", "/gold/items?q=type%3APRODUCT&pageSize=20", None),
    ),
    (
        [
            "itemAssignments",
            {"where": {"segmentId": {"eq": "gold"}, "type": {"eq": "PRODUCT"}, "itemId": {"eq": "p"}}},
        ],
        ("GET", "/gold/items/PRODUCT/p", None),
    ),
    (
        ["segment.itemAssignments", {"type": "CATEGORY"}, IN_GOLD],
        ("GET", "/gold/items?q=type%3ACATEGORY&pageSize=20", None),
    ),
    (
        ["segmentItemsAssign", {"segmentId": "gold", "type": "PRODUCT", "items": [{"itemId": "p", **MIXED}]}],
        ("PUT", "/gold/items/PRODUCT/p", CONTENT),
    ),
    (
        [
            "segmentItemsAssign",
            {"segmentId": "gold", "type": "PRODUCT", "items": [{"itemId": "p", **MIXED}, {"itemId": "r"}]},
        ],
        ("PUT", "/gold/items/PRODUCT/bulk", [{"id": "p", **CONTENT}, {"id": "r"}]),
    ),
    (
        ["segmentItemsRemove", {"segmentId": "gold", "type": "PRODUCT", "itemIds": ["p"]}],
        ("DELETE", "/gold/items/PRODUCT/p", None),
    ),
    (
        ["segmentItemsRemove", {"segmentId": "gold", "type": "PRODUCT", "itemIds": ["p", "r"]}],
        ("DELETE", "/gold/items/PRODUCT/bulk", ["p", "r"]),
    ),
    (["categoryTrees", {"siteCode": "main"}], ("GET", "/items/category-trees?siteCode=main", None)),
]
GROUPS: Final = [
    (["segment.groupAssignments", {}, IN_GOLD], ("GET", "/gold/groups?pageSize=20", None)),
    (
        ["segment.groupAssignments", {"where": {"groupId": {"eq": "club"}}}, IN_GOLD],
        ("GET", "/gold/groups/club", None),
    ),
    (
        ["segmentGroupsAssign", {"segmentId": "gold", "groups": [{"groupId": "club", **MIXED}]}],
        ("PUT", "/gold/groups/club", CONTENT),
    ),
    (
        ["segmentGroupsRemove", {"segmentId": "gold", "groupIds": ["club"]}],
        ("DELETE", "/gold/groups/club", None),
    ),
]
RULES: Final = [
    (["segment.rule", {}, IN_GOLD], ("GET", "/gold/rule", None)),
    (
        ["segmentRuleSet", {"segmentId": "gold", "rule": RULE, "mostJoins": 5, "mostLeaves": None}],
        ("PUT", "/gold/rule?mostJoins=5", CONDITION),
    ),
    (
        ["segmentRuleRemove", {"segmentId": "gold", "keepMembers": True}],
        ("DELETE", "/gold/rule?keepMembers=true", None),
    ),
    (["segmentRulePause", {"segmentId": "gold"}], ("POST", "/gold/rule/pause", None)),
    (
        ["segmentCustomersRelease", {"segmentId": "gold", "customers": [ANNA, DAVID]}],
        ("POST", "/gold/rule/release", [{"customerId": "anna"}, DAVID]),
    ),
    (
        [
            "segmentRulePreview",
            {"segmentId": "gold", "rule": RULE, "at": "now+P1D"},
            {},
            {"joining": {"first": 3}, "forecast": {"days": 9}},
        ],
        ("POST", "/gold/rule/preview?at=now%2BP1D&limit=3&forecastDays=9", CONDITION),
    ),
]
CHANGES: Final = (
    ["changes", {"first": 100, "segmentIds": ["gold", "vip"], "waitSeconds": 0}],
    ("GET", "/customer-segment/acme/changes?limit=100&segmentIds=gold%2Cvip", None),
)
CASES: Final = [*SEGMENTS, *CUSTOMERS, *ITEMS, *GROUPS, *RULES]

REFUSED: Final = [
    (["segments", {"where": {"id": {"eq": "gold"}}}], "REST has no counterpart of `where` here."),
    (["segments", {"after": "x"}], "REST has no counterpart of `after` here."),
    (["segments", {"last": 3}], "REST has no counterpart of `last` here."),
    (
        ["segment.customerAssignments", {"where": {"customerId": {"eq": "anna"}}}, IN_GOLD],
        "REST has no counterpart of `where` here.",
    ),
    (
        ["itemAssignments", {"where": {"segmentId": {"in": ["gold"]}}}],
        "REST has no counterpart of `where` here.",
    ),
    (
        ["segment.itemAssignments", {"type": "PRODUCT", "q": "item.id:p"}, IN_GOLD],
        "REST has no counterpart of `type` here.",
    ),
    (["viewer.segments", {"at": "now"}], "REST has no counterpart of `at` here."),
    (["categoryTrees", {"customerId": "anna"}], "REST has no counterpart of `customerId` here."),
    (
        ["segmentPatch", {"id": "gold", "operations": [{"op": "MOVE", "path": "/a", "from": "/b"}]}],
        "REST has no counterpart of the operation MOVE.",
    ),
    (
        ["segmentPatch", {"id": "gold", "operations": [], "expectedVersion": 1}],
        "REST has no counterpart of `expectedVersion` here.",
    ),
    (
        ["segmentGroupsAssign", {"segmentId": "gold", "groups": [{"groupId": "a"}, {"groupId": "b"}]}],
        "REST assigns one group at a time.",
    ),
]
