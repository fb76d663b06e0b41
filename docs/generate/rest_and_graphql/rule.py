"""Operations that the contract does not have: the rules of segments, and the change feed."""

from typing import Final

from docs.generate.rest_and_graphql.counterpart import ALL, ALL_OR_OWN, MANAGE, Counterpart

READS_AS_WELL: Final = "Needs `segment_read` as well, on both APIs."

EXTENSION_COUNTERPARTS: Final = (
    Counterpart(
        "GET-customer-segment-changes",
        ALL_OR_OWN,
        """\
query (
  $after: String, $first: Int! = 100, $types: [ChangeType!], $segmentIds: [ID!], $customerId: ID
  $waitSeconds: Int! = 0
) {
  changes(
    after: $after, first: $first, types: $types, segmentIds: $segmentIds, customerId: $customerId
    waitSeconds: $waitSeconds
  ) {
    changes { id type occurredAt cause version document }
    cursor
    hasMore
  }
}""",
        "`limit` is `first`. An event stream over REST is the subscription `changes`.",
    ),
    Counterpart(
        "GET-customer-segment-retrieve-rule",
        ALL,
        """\
query ($segmentId: ID!) {
  segment(id: $segmentId) {
    rule { where q subject timeZone state progress evaluatedTo dependsOn version createdAt modifiedAt }
  }
}""",
        "404 is `null`. REST has `where` or `q`, as it was written; GraphQL has both where both can say it.",
    ),
    Counterpart(
        "PUT-customer-segment-update-rule",
        MANAGE,
        """\
mutation ($segmentId: ID!, $rule: SegmentRuleInput!, $mostJoins: Int, $mostLeaves: Int) {
  segmentRuleSet(segmentId: $segmentId, rule: $rule, mostJoins: $mostJoins, mostLeaves: $mostLeaves) {
    rule { state version }
    userErrors { ...Failure }
  }
}""",
        READS_AS_WELL,
    ),
    Counterpart(
        "DELETE-customer-segment-remove-rule",
        MANAGE,
        """\
mutation ($segmentId: ID!, $keepMembers: Boolean! = false) {
  segmentRuleRemove(segmentId: $segmentId, keepMembers: $keepMembers) {
    removedFromSegmentId
    userErrors { ...Failure }
  }
}""",
    ),
    Counterpart(
        "POST-customer-segment-pause-rule",
        MANAGE,
        """\
mutation ($segmentId: ID!) {
  segmentRulePause(segmentId: $segmentId) {
    rule { state version }
    userErrors { ...Failure }
  }
}""",
    ),
    Counterpart(
        "POST-customer-segment-release-customers",
        MANAGE,
        """\
mutation ($segmentId: ID!, $customers: [CustomerKeyInput!]!) {
  segmentCustomersRelease(segmentId: $segmentId, customers: $customers) {
    results {
      index
      effect
      customerAssignment { assignmentType metadata { version } }
      userErrors { ...Failure }
    }
    userErrors { ...Failure }
  }
}""",
        f"{READS_AS_WELL} Results count from 0, REST from `SEGMENTS_BULK_INDEX_BASE`.",
    ),
    Counterpart(
        "POST-customer-segment-preview-rule",
        ALL,
        """\
query ($segmentId: ID!, $rule: SegmentRuleInput!, $at: DateTime, $limit: Int! = 20, $days: Int! = 30) {
  segmentRulePreview(segmentId: $segmentId, rule: $rule, at: $at) {
    matches
    joins
    leaves
    keptByHand
    excluded
    joining(first: $limit) { nodes { id firstName lastName email } pageInfo { hasNextPage endCursor } }
    leaving(first: $limit) { nodes { id firstName lastName email } pageInfo { hasNextPage endCursor } }
    forecast(days: $days) { date joins leaves }
  }
}""",
        "`joiningAfter` and `leavingAfter` are `after` of the lists, `forecastDays` is `days`.",
    ),
)
