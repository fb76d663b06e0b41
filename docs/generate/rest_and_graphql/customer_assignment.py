"""Operations 12 to 21 of the contract: customers in segments."""

from typing import Final

from docs.generate.rest_and_graphql.counterpart import ALL_OR_OWN, MANAGE, Counterpart

LIST: Final = """\
query ($segmentId: ID!, $q: String, $orderBy: [CustomerAssignmentOrder!], $first: Int, $after: String) {
  segment(id: $segmentId) {
    customerAssignments(q: $q, orderBy: $orderBy, first: $first, after: $after) {
      totalCount
      nodes { ...CustomerAssignmentFields }
      pageInfo { hasNextPage endCursor }
    }
  }
}"""
ASSIGN_ONE: Final = """\
mutation ($segmentId: ID!, $customer: CustomerAssignmentInput!) {
  segmentCustomersAssign(segmentId: $segmentId, customers: [$customer]) {
    results { index effect customerAssignment { metadata { version } } userErrors { ...Failure } }
    userErrors { ...Failure }
  }
}"""
REMOVE_ONE: Final = """\
mutation ($segmentId: ID!, $customer: CustomerKeyInput!) {
  segmentCustomersRemove(segmentId: $segmentId, customers: [$customer]) {
    results { index effect userErrors { ...Failure } }
    userErrors { ...Failure }
  }
}"""
ALSO_OWN: Final = "REST refuses `segment_read_own` here; GraphQL shows such a caller their own rows."
HIDDEN: Final = "Where REST lists nothing for an unknown segment, `segment` is `null`."
ALONE: Final = "A list of one; `legalEntityId` is left out."
ON_BEHALF: Final = "A list of one, with `legalEntityId`."

CUSTOMER_ASSIGNMENT_COUNTERPARTS: Final = (
    Counterpart("GET-customer-segment-retrieve-customers", ALL_OR_OWN, LIST, HIDDEN),
    Counterpart("POST-customer-segment-search-customers", ALL_OR_OWN, LIST, ALSO_OWN),
    Counterpart(
        "GET-customer-segment-retrieve-customer-by-customerId",
        ALL_OR_OWN,
        """\
query ($segmentId: ID!, $customerId: ID!) {
  segment(id: $segmentId) {
    customerAssignments(where: {customerId: {eq: $customerId}, legalEntityId: {isNull: true}}) {
      nodes { ...CustomerAssignmentFields }
    }
  }
}""",
        ALSO_OWN,
    ),
    Counterpart("PUT-customer-segment-update-customer-by-customerId", MANAGE, ASSIGN_ONE, ALONE),
    Counterpart("DELETE-customer-segment-remove-customer-by-customerId", MANAGE, REMOVE_ONE, ALONE),
    Counterpart(
        "GET-customer-segment-retrieve-customer",
        ALL_OR_OWN,
        """\
query ($segmentId: ID!, $customerId: ID!, $legalEntityId: ID!) {
  segment(id: $segmentId) {
    customerAssignments(where: {customerId: {eq: $customerId}, legalEntityId: {eq: $legalEntityId}}) {
      nodes { ...CustomerAssignmentFields }
    }
  }
}""",
        ALSO_OWN,
    ),
    Counterpart("PUT-customer-segment-update-customer", MANAGE, ASSIGN_ONE, ON_BEHALF),
    Counterpart("DELETE-customer-segment-remove-customer", MANAGE, REMOVE_ONE, ON_BEHALF),
    Counterpart(
        "PUT-customer-segment-update-customers-bulk",
        MANAGE,
        """\
mutation ($segmentId: ID!, $customers: [CustomerAssignmentInput!]!) {
  segmentCustomersAssign(segmentId: $segmentId, customers: $customers) {
    results { index effect customerAssignment { metadata { version } } userErrors { ...Failure } }
    userErrors { ...Failure }
  }
}""",
    ),
    Counterpart(
        "DELETE-customer-segment-remove-customers-bulk",
        MANAGE,
        """\
mutation ($segmentId: ID!, $customers: [CustomerKeyInput!]!) {
  segmentCustomersRemove(segmentId: $segmentId, customers: $customers) {
    results { index effect userErrors { ...Failure } }
    userErrors { ...Failure }
  }
}""",
    ),
)
