"""Operations 31 to 36: a customer's own segments, and groups of customers in segments."""

from typing import Final

from docs.generate.rest_and_graphql.counterpart import ALL, MANAGE, OWN, Counterpart

LIST: Final = """\
query ($segmentId: ID!, $q: String, $orderBy: [GroupAssignmentOrder!], $first: Int, $after: String) {
  segment(id: $segmentId) {
    groupAssignments(q: $q, orderBy: $orderBy, first: $first, after: $after) {
      totalCount
      nodes { ...GroupAssignmentFields }
      pageInfo { hasNextPage endCursor }
    }
  }
}"""
OWN_GROUPS: Final = "REST refuses `segment_read_own` here; GraphQL shows such a caller their own groups."
HIDDEN: Final = "Where REST lists nothing for an unknown segment, `segment` is `null`."

GROUP_ASSIGNMENT_COUNTERPARTS: Final = (
    Counterpart(
        "GET-customer-segment-retrieve-own-segments",
        OWN,
        """\
query ($q: String, $orderBy: [SegmentOrder!], $first: Int, $after: String) {
  viewer {
    segments(q: $q, orderBy: $orderBy, first: $first, after: $after) {
      totalCount
      nodes { ...SegmentFields membership }
      pageInfo { hasNextPage endCursor }
    }
  }
}""",
        "`membership` says whether the customer is in the segment themselves or by a group, which REST does "
        "not.",
    ),
    Counterpart("GET-customer-segment-retrieve-groups", (*ALL, *OWN), LIST, f"{HIDDEN} {OWN_GROUPS}"),
    Counterpart("POST-customer-segment-search-groups", (*ALL, *OWN), LIST, f"{HIDDEN} {OWN_GROUPS}"),
    Counterpart(
        "GET-customer-segment-retrieve-group",
        (*ALL, *OWN),
        """\
query ($segmentId: ID!, $groupId: ID!) {
  segment(id: $segmentId) {
    groupAssignments(where: {groupId: {eq: $groupId}}) {
      nodes { ...GroupAssignmentFields }
    }
  }
}""",
        f"404 is `null` or an empty list. {OWN_GROUPS}",
    ),
    Counterpart(
        "PUT-customer-segment-update-group",
        MANAGE,
        """\
mutation ($segmentId: ID!, $group: GroupAssignmentInput!) {
  segmentGroupsAssign(segmentId: $segmentId, groups: [$group]) {
    results { index effect groupAssignment { metadata { version } } userErrors { ...Failure } }
    userErrors { ...Failure }
  }
}""",
        "A list of one; GraphQL takes 200.",
    ),
    Counterpart(
        "DELETE-customer-segment-remove-group",
        MANAGE,
        """\
mutation ($segmentId: ID!, $groupId: ID!) {
  segmentGroupsRemove(segmentId: $segmentId, groupIds: [$groupId]) {
    results { index effect userErrors { ...Failure } }
    userErrors { ...Failure }
  }
}""",
        "A list of one; GraphQL takes 200.",
    ),
)
