"""Operations 22 to 30 of the contract: items in segments, and the category trees that follow."""

from typing import Final

from docs.generate.rest_and_graphql.counterpart import ALL_OR_OWN, MANAGE, OWN, Counterpart

LIST_OF_SEGMENT: Final = """\
query (
  $segmentId: ID!, $q: String, $orderBy: [ItemAssignmentOrder!], $legalEntityId: ID
  $first: Int, $after: String
) {
  itemAssignments(
    where: {segmentId: {eq: $segmentId}}, q: $q, orderBy: $orderBy, legalEntityId: $legalEntityId
    first: $first, after: $after
  ) {
    totalCount
    nodes { ...ItemAssignmentFields }
    pageInfo { hasNextPage endCursor }
  }
}"""
SHORTER: Final = "Without `legalEntityId`, `segment(id: $segmentId) { itemAssignments { ... } }` is shorter."

ITEM_ASSIGNMENT_COUNTERPARTS: Final = (
    Counterpart(
        "GET-customer-segment-retrieve-category-trees",
        OWN,
        """\
query ($siteCode: String, $legalEntityId: ID) {
  categoryTrees(siteCode: $siteCode, legalEntityId: $legalEntityId) {
    ...CategoryTreeFields
    subcategories {
      ...CategoryTreeFields
      subcategories {
        ...CategoryTreeFields
        subcategories { ...CategoryTreeFields }
      }
    }
  }
}""",
        "As many levels as are asked for. With `segment_read`, `categoryTrees(customerId:)` shows another "
        "customer's trees, which REST does not.",
    ),
    Counterpart(
        "GET-customer-segment-retrieve-segments-items",
        ALL_OR_OWN,
        """\
query (
  $q: String, $orderBy: [ItemAssignmentOrder!], $siteCode: String, $legalEntityId: ID
  $onlyActive: Boolean! = false, $first: Int, $after: String
) {
  itemAssignments(
    q: $q, orderBy: $orderBy, siteCode: $siteCode, legalEntityId: $legalEntityId
    onlyActive: $onlyActive, first: $first, after: $after
  ) {
    totalCount
    nodes { ...ItemAssignmentFields }
    pageInfo { hasNextPage endCursor }
  }
}""",
    ),
    Counterpart("GET-customer-segment-retrieve-segment-items", ALL_OR_OWN, LIST_OF_SEGMENT, SHORTER),
    Counterpart("POST-customer-segment-search-items", ALL_OR_OWN, LIST_OF_SEGMENT, SHORTER),
    Counterpart(
        "GET-customer-segment-retrieve-item",
        ALL_OR_OWN,
        """\
query ($segmentId: ID!, $type: ItemType!, $itemId: ID!, $legalEntityId: ID) {
  itemAssignments(
    where: {segmentId: {eq: $segmentId}, type: {eq: $type}, itemId: {eq: $itemId}}
    legalEntityId: $legalEntityId
  ) {
    nodes { ...ItemAssignmentFields }
  }
}""",
        "404 is an empty list.",
    ),
    Counterpart(
        "PUT-customer-segment-update-item",
        MANAGE,
        """\
mutation ($segmentId: ID!, $type: ItemType!, $item: ItemAssignmentInput!) {
  segmentItemsAssign(segmentId: $segmentId, type: $type, items: [$item]) {
    results { index effect itemAssignment { metadata { version } } userErrors { ...Failure } }
    userErrors { ...Failure }
  }
}""",
        "A list of one.",
    ),
    Counterpart(
        "DELETE-customer-segment-remove-item",
        MANAGE,
        """\
mutation ($segmentId: ID!, $type: ItemType!, $itemId: ID!) {
  segmentItemsRemove(segmentId: $segmentId, type: $type, itemIds: [$itemId]) {
    results { index effect userErrors { ...Failure } }
    userErrors { ...Failure }
  }
}""",
        "A list of one.",
    ),
    Counterpart(
        "PUT-customer-segment-update-items-bulk",
        MANAGE,
        """\
mutation ($segmentId: ID!, $type: ItemType!, $items: [ItemAssignmentInput!]!) {
  segmentItemsAssign(segmentId: $segmentId, type: $type, items: $items) {
    results { index effect itemAssignment { metadata { version } } userErrors { ...Failure } }
    userErrors { ...Failure }
  }
}""",
    ),
    Counterpart(
        "DELETE-customer-segment-remove-items-bulk",
        MANAGE,
        """\
mutation ($segmentId: ID!, $type: ItemType!, $itemIds: [ID!]!) {
  segmentItemsRemove(segmentId: $segmentId, type: $type, itemIds: $itemIds) {
    results { index effect userErrors { ...Failure } }
    userErrors { ...Failure }
  }
}""",
    ),
)
