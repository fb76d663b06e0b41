"""Every operation that writes, in an order in which each of them changes something."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeAlias

Body: TypeAlias = Mapping[str, Any] | Sequence[Any] | None

MUTATIONS: Final[Sequence[tuple[str, str]]] = (
    ("legalEntitiesUpsert", '(legalEntities: [{id: "acme", name: "Acme"}, {id: "globex"}])'),
    (
        "customersUpsert",
        (
            '(customers: [{id: "anna", legalEntityIds: ["acme", "globex"]},'
            ' {id: "ben", legalEntityIds: ["acme"]}])'
        ),
    ),
    ("customersUpsert", '(customers: [{id: "anna", firstName: "Anna", legalEntityIds: ["globex"]}])'),
    ("customersUpsert", '(customers: [{id: "ben", legalEntityIds: ["acme", "globex"]}])'),
    (
        "groupsUpsert",
        (
            '(groups: [{id: "club", userType: CUSTOMER, customerIds: ["anna", "ben"]},'
            ' {id: "staff", userType: EMPLOYEE}])'
        ),
    ),
    ("groupsUpsert", '(groups: [{id: "club", userType: CUSTOMER, customerIds: ["ben"]}])'),
    ("categoriesUpsert", '(categories: [{id: "tools"}, {id: "saws", parentId: "tools"}])'),
    ("productsUpsert", '(products: [{id: "drill", categoryIds: ["tools", "saws"]}, {id: "saw"}])'),
    ("segmentCreate", '(input: {id: "g1", name: [{language: "en", text: "One"}], siteCode: "main"})'),
    ("segmentUpsert", '(id: "g1", input: {name: [{language: "en", text: "Uno"}], siteCode: "main"})'),
    ("segmentPatch", '(id: "g1", operations: [{op: REPLACE, path: "/siteCode", value: "other"}])'),
    (
        "segmentsCreate",
        (
            '(inputs: [{id: "g1", name: [], siteCode: "x"},'
            ' {id: "g2", name: [{language: "en", text: "Two"}], siteCode: "main"}])'
        ),
    ),
    (
        "segmentsUpsert",
        (
            '(inputs: [{id: "g2", name: [{language: "en", text: "Due"}], siteCode: "main"},'
            ' {id: "g3", name: [{language: "en", text: "Tre"}], siteCode: "main"}])'
        ),
    ),
    (
        "segmentCustomersAssign",
        (
            '(segmentId: "g1", customers: [{customerId: "anna", mixins: {a: {b: 1}}},'
            ' {customerId: "anna", legalEntityId: "acme"}, {customerId: "ben"}, {customerId: ""}])'
        ),
    ),
    (
        "segmentCustomersRemove",
        '(segmentId: "g1", customers: [{customerId: "ben"}, {customerId: "nobody"}])',
    ),
    ("segmentItemsAssign", '(segmentId: "g1", type: PRODUCT, items: [{itemId: "drill"}, {itemId: "saw"}])'),
    ("segmentItemsRemove", '(segmentId: "g1", type: PRODUCT, itemIds: ["saw"])'),
    ("segmentGroupsAssign", '(segmentId: "g1", groups: [{groupId: "club"}, {groupId: "g"}])'),
    ("segmentGroupsRemove", '(segmentId: "g1", groupIds: ["g"])'),
    ("segmentDelete", '(id: "g1")'),
    ("segmentDelete", '(id: "g1", forceDelete: true)'),
    ("segmentCustomersAssign", '(segmentId: "g2", customers: [{customerId: "anna"}, {customerId: "ben"}])'),
    ("segmentsDelete", '(ids: ["g2", "g3", "unknown"], forceDelete: true)'),
    ("segmentCreate", '(input: {id: "g4", name: [{language: "en", text: "Four"}], siteCode: "main"})'),
    ("segmentCustomersAssign", '(segmentId: "g4", customers: [{customerId: "anna"}, {customerId: "eve"}])'),
    ("segmentRuleSet", '(segmentId: "g4", rule: {q: "id:ben"})'),
    ("segmentRulePause", '(segmentId: "g4")'),
    ("segmentCustomersRelease", '(segmentId: "g4", customers: [{customerId: "ben"}, {customerId: "anna"}])'),
    ("segmentRuleSet", '(segmentId: "g4", rule: {q: "id:ben"})'),
    ("segmentRuleRemove", '(segmentId: "g4", keepMembers: true)'),
    ("legalEntitiesDelete", '(ids: ["globex"])'),
    ("categoriesDelete", '(ids: ["saws"])'),
    ("productsDelete", '(ids: ["drill"])'),
    ("customersDelete", '(ids: ["anna", "eve"], withAssignments: true)'),
    ("customersDelete", '(ids: ["ben"])'),
    ("groupsDelete", '(ids: ["club", "staff"])'),
)
"""GraphQL: field and arguments."""

SEGMENT: Final = {"name": {"en": "Name"}, "siteCode": "main"}

REQUESTS: Final[Sequence[tuple[str, str, Body]]] = (
    ("POST", "", {"id": "r1", **SEGMENT}),
    ("PUT", "/r1", {**SEGMENT, "status": "ACTIVE"}),
    ("PATCH", "/r1", [{"op": "replace", "path": "/siteCode", "value": "other"}]),
    ("PATCH", "/r1", []),
    ("POST", "/bulk", [{"id": "r1", **SEGMENT}, {"id": "r2", **SEGMENT}, {"id": "r3"}]),
    ("PUT", "/bulk", [{"id": "r2", **SEGMENT}, {"id": "r3", **SEGMENT}]),
    ("PUT", "/r1/customers/anna", {"mixins": {"a": {"b": 1}}}),
    ("PUT", "/r1/customers/anna", {}),
    ("PUT", "/r1/customers/anna/acme", {}),
    ("DELETE", "/r1/customers/anna", None),
    ("DELETE", "/r1/customers/anna/acme", None),
    (
        "PUT",
        "/r1/customers/bulk",
        [{"customerId": "anna"}, {"customerId": "ben", "legalEntityId": "acme"}],
    ),
    ("DELETE", "/r1/customers/bulk", [{"customerId": "anna"}]),
    ("PUT", "/r1/items/PRODUCT/drill", {}),
    ("DELETE", "/r1/items/PRODUCT/drill", None),
    ("PUT", "/r1/items/CATEGORY/bulk", [{"id": "tools"}, {"id": "saws"}]),
    ("DELETE", "/r1/items/CATEGORY/bulk", ["tools"]),
    ("PUT", "/r1/groups/club", {"mixins": {"a": {"b": 1}}}),
    ("PUT", "/r1/groups/club", {}),
    ("PUT", "/r1/groups/other", {}),
    ("DELETE", "/r1/groups/other", None),
    ("DELETE", "/r1?forceDelete=true", None),
    ("DELETE", "/bulk", ["r2"]),
    ("DELETE", "/r3", None),
)
"""REST: method, path below the tenant's segments, body."""

DATA_FILES: Final[Sequence[Sequence[Mapping[str, Any]]]] = (
    (
        {"kind": "legalEntity", "id": "acme"},
        {"kind": "customer", "id": "anna", "legalEntityIds": ["acme"]},
        {"kind": "group", "id": "club", "userType": "CUSTOMER", "customerIds": ["anna"]},
        {"kind": "category", "id": "tools"},
        {"kind": "product", "id": "drill", "categoryIds": ["tools"]},
        {"kind": "segment", "id": "f1", **SEGMENT},
        {"kind": "customerAssignment", "segmentId": "f1", "customerId": "anna"},
        {"kind": "itemAssignment", "segmentId": "f1", "type": "PRODUCT", "itemId": "drill"},
        {"kind": "groupAssignment", "segmentId": "f1", "groupId": "club"},
        {"kind": "segment", "id": "f2", **SEGMENT},
    ),
    (
        {"kind": "segment", "id": "f1", **SEGMENT},
        {"kind": "segment", "id": "f2", "name": {"en": "Other"}, "siteCode": "main"},
        {"kind": "customerAssignment", "segmentId": "f1", "customerId": "anna"},
    ),
    (
        {"kind": "category", "id": "tools", "deleted": True},
        {"kind": "customer", "id": "anna", "deleted": True, "withAssignments": True},
        {"kind": "segment", "id": "f1", "deleted": True, "forceDelete": True},
        {"kind": "segment", "id": "f2", "deleted": True},
    ),
)
"""`load`: the lines of one file after another."""
