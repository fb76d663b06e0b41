"""The 36 operations of the contract, one row each: the table of contents of this package."""

from collections.abc import Sequence
from typing import Final

from resolvers.caller import Scope
from resolvers.customer_assignment import write_customer_assignments
from resolvers.group_assignment import write_group_assignments
from resolvers.item_assignment import write_item_assignments
from resolvers.segment.write import write_segments
from rest_compat.nouns import (
    category_tree,
    customer_assignment,
    group_assignment,
    item_assignment,
    match,
    segment,
    segment_rule,
)
from rest_compat.nouns.changes import changes
from rest_compat.nouns.customer_assignment import CUSTOMERS
from rest_compat.nouns.group_assignment import GROUPS
from rest_compat.nouns.item_assignment import ITEMS
from rest_compat.nouns.segment import SEGMENTS
from rest_compat.reading import read_list, read_one, search_list
from rest_compat.routing import Answer, Operation
from rest_compat.wire.body import JSON, JSON_PATCH, MATCH, NO_BODY, SEARCH, Body
from rest_compat.writing import write_each, write_one

ALL: Final = (Scope.READ,)
ALL_OR_OWN: Final = (Scope.READ, Scope.READ_OWN)
OWN: Final = (Scope.READ_OWN,)
MANAGE: Final = (Scope.MANAGE,)

_list_segments = read_list(segment.visible, SEGMENTS)
_list_own_segments = read_list(segment.own, SEGMENTS)
_find_segments = search_list(segment.visible, SEGMENTS)
_read_segment = read_one(segment.find, SEGMENTS)
_create_segment = write_one(segment.create, write_segments, shows_id=True)
_put_segment = write_one(segment.upsert, write_segments, shows_id=True)
_patch_segment = write_one(segment.patch, write_segments)
_delete_segment = write_one(segment.remove, write_segments)
_create_segments = write_each(segment.create_each, write_segments, shows_id=True)
_put_segments = write_each(segment.upsert_each, write_segments, shows_id=True)
_delete_segments = write_each(segment.remove_each, write_segments, shows_id=True)

_list_customers = read_list(customer_assignment.of_segment, CUSTOMERS)
_find_customers = search_list(customer_assignment.of_segment, CUSTOMERS)
_read_customer = read_one(customer_assignment.find, CUSTOMERS)
_put_customer = write_one(customer_assignment.upsert, write_customer_assignments)
_delete_customer = write_one(customer_assignment.remove, write_customer_assignments)
_put_customers = write_each(customer_assignment.upsert_each, write_customer_assignments)
_delete_customers = write_each(customer_assignment.remove_each, write_customer_assignments)

_list_all_items = read_list(item_assignment.of_all_segments, ITEMS)
_list_items = read_list(item_assignment.of_segment, ITEMS)
_find_items = search_list(item_assignment.of_segment, ITEMS)
_read_item = read_one(item_assignment.find, ITEMS)
_put_item = write_one(item_assignment.upsert, write_item_assignments)
_delete_item = write_one(item_assignment.remove, write_item_assignments)
_put_items = write_each(item_assignment.upsert_each, write_item_assignments)
_delete_items = write_each(item_assignment.remove_each, write_item_assignments)

_list_groups = read_list(group_assignment.of_segment, GROUPS)
_find_groups = search_list(group_assignment.of_segment, GROUPS)
_read_group = read_one(group_assignment.find, GROUPS)
_put_group = write_one(group_assignment.upsert, write_group_assignments)
_delete_group = write_one(group_assignment.remove, write_group_assignments)

SEGMENT: Final = "/{segmentId}"
CUSTOMERS_OF: Final = f"{SEGMENT}/customers"
CUSTOMER: Final = f"{CUSTOMERS_OF}/{{customerId}}"
B2B_CUSTOMER: Final = f"{CUSTOMER}/{{legalEntityId}}"
ITEMS_OF: Final = f"{SEGMENT}/items"
ITEM: Final = f"{ITEMS_OF}/{{type}}/{{itemId}}"
ITEM_BULK: Final = f"{ITEMS_OF}/{{type}}/bulk"

GROUPS_OF: Final = f"{SEGMENT}/groups"
GROUP: Final = f"{GROUPS_OF}/{{groupId}}"

_TABLE: Final[Sequence[tuple[str, str, str, tuple[Scope, ...], Answer, Body]]] = (
    ("POST", "", "create-segment", MANAGE, _create_segment, JSON),
    ("GET", "", "retrieve-segments", ALL_OR_OWN, _list_segments, NO_BODY),
    ("POST", "/search", "search-segments", ALL_OR_OWN, _find_segments, SEARCH),
    ("GET", SEGMENT, "retrieve-segment", ALL_OR_OWN, _read_segment, NO_BODY),
    ("PUT", SEGMENT, "update-segment", MANAGE, _put_segment, JSON),
    ("PATCH", SEGMENT, "update-segment", MANAGE, _patch_segment, JSON_PATCH),
    ("DELETE", SEGMENT, "remove-segment", MANAGE, _delete_segment, NO_BODY),
    ("POST", "/bulk", "create-segments-bulk", MANAGE, _create_segments, JSON),
    ("PUT", "/bulk", "update-segments-bulk", MANAGE, _put_segments, JSON),
    ("DELETE", "/bulk", "remove-segments-bulk", MANAGE, _delete_segments, JSON),
    ("POST", "/match", "check-match", MANAGE, match.match, MATCH),
    ("GET", CUSTOMERS_OF, "retrieve-customers", ALL_OR_OWN, _list_customers, NO_BODY),
    ("POST", f"{CUSTOMERS_OF}/search", "search-customers", ALL, _find_customers, SEARCH),
    ("GET", CUSTOMER, "retrieve-customer-by-customerId", ALL, _read_customer, NO_BODY),
    ("PUT", CUSTOMER, "update-customer-by-customerId", MANAGE, _put_customer, JSON),
    ("DELETE", CUSTOMER, "remove-customer-by-customerId", MANAGE, _delete_customer, NO_BODY),
    ("GET", B2B_CUSTOMER, "retrieve-customer", ALL, _read_customer, NO_BODY),
    ("PUT", B2B_CUSTOMER, "update-customer", MANAGE, _put_customer, JSON),
    ("DELETE", B2B_CUSTOMER, "remove-customer", MANAGE, _delete_customer, NO_BODY),
    ("PUT", f"{CUSTOMERS_OF}/bulk", "update-customers-bulk", MANAGE, _put_customers, JSON),
    ("DELETE", f"{CUSTOMERS_OF}/bulk", "remove-customers-bulk", MANAGE, _delete_customers, JSON),
    ("GET", "/items/category-trees", "retrieve-category-trees", OWN, category_tree.trees, NO_BODY),
    ("GET", "/items", "retrieve-segments-items", ALL_OR_OWN, _list_all_items, NO_BODY),
    ("GET", ITEMS_OF, "retrieve-segment-items", ALL_OR_OWN, _list_items, NO_BODY),
    ("POST", f"{ITEMS_OF}/search", "search-items", ALL_OR_OWN, _find_items, SEARCH),
    ("GET", ITEM, "retrieve-item", ALL_OR_OWN, _read_item, NO_BODY),
    ("PUT", ITEM, "update-item", MANAGE, _put_item, JSON),
    ("DELETE", ITEM, "remove-item", MANAGE, _delete_item, NO_BODY),
    ("PUT", ITEM_BULK, "update-items-bulk", MANAGE, _put_items, JSON),
    ("DELETE", ITEM_BULK, "remove-items-bulk", MANAGE, _delete_items, JSON),
    ("GET", "/me", "retrieve-own-segments", OWN, _list_own_segments, NO_BODY),
    ("GET", GROUPS_OF, "retrieve-groups", ALL, _list_groups, NO_BODY),
    ("POST", f"{GROUPS_OF}/search", "search-groups", ALL, _find_groups, SEARCH),
    ("GET", GROUP, "retrieve-group", ALL, _read_group, NO_BODY),
    ("PUT", GROUP, "update-group", MANAGE, _put_group, JSON),
    ("DELETE", GROUP, "remove-group", MANAGE, _delete_group, NO_BODY),
)
"""Method, path below the tenant's segments, suffix of the operationId, scopes, answer, body."""

OPERATIONS: Final = tuple(
    Operation(
        f"{method}-customer-segment-{suffix}", method, f"/{{tenant}}/segments{path}", scopes, answer, body
    )
    for method, path, suffix, scopes, answer, body in _TABLE
)

RULE: Final = f"/{{tenant}}/segments{SEGMENT}/rule"
EXTENSIONS: Final = (
    Operation("GET-customer-segment-changes", "GET", "/{tenant}/changes", ALL_OR_OWN, changes),
    Operation("GET-customer-segment-retrieve-rule", "GET", RULE, ALL, segment_rule.read),
    Operation("PUT-customer-segment-update-rule", "PUT", RULE, MANAGE, segment_rule.put, JSON),
    Operation("DELETE-customer-segment-remove-rule", "DELETE", RULE, MANAGE, segment_rule.delete),
    Operation("POST-customer-segment-pause-rule", "POST", f"{RULE}/pause", MANAGE, segment_rule.pause),
    Operation(
        "POST-customer-segment-release-customers",
        "POST",
        f"{RULE}/release",
        MANAGE,
        segment_rule.release,
        JSON,
    ),
    Operation(
        "POST-customer-segment-preview-rule", "POST", f"{RULE}/preview", ALL, segment_rule.show_preview, JSON
    ),
)
"""Operations that the contract does not have."""
