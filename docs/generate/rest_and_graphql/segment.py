"""Operations 1 to 11 of the contract: segments, and matching with them."""

from typing import Final

from docs.generate.rest_and_graphql.counterpart import ALL_OR_OWN, MANAGE, Counterpart

LIST: Final = """\
query (
  $q: String, $orderBy: [SegmentOrder!], $customerId: ID, $legalEntityId: ID, $first: Int, $after: String
) {
  segments(
    q: $q, orderBy: $orderBy, customerId: $customerId, legalEntityId: $legalEntityId
    first: $first, after: $after
  ) {
    totalCount
    nodes { ...SegmentFields }
    pageInfo { hasNextPage endCursor }
  }
}"""

SEGMENT_COUNTERPARTS: Final = (
    Counterpart(
        "POST-customer-segment-create-segment",
        MANAGE,
        """\
mutation ($input: SegmentCreateInput!) {
  segmentCreate(input: $input) {
    segment { id metadata { version } }
    userErrors { ...Failure }
  }
}""",
    ),
    Counterpart(
        "GET-customer-segment-retrieve-segments",
        ALL_OR_OWN,
        LIST,
        "`customerId` needs `segment_read` on both APIs.",
    ),
    Counterpart(
        "POST-customer-segment-search-segments",
        ALL_OR_OWN,
        LIST,
        "A search is the same list; its `q` comes in the body.",
    ),
    Counterpart(
        "GET-customer-segment-retrieve-segment",
        ALL_OR_OWN,
        """\
query ($segmentId: ID!) {
  segment(id: $segmentId) { ...SegmentFields }
}""",
        "404 is `null`. A customer who acts for one of several legal entities asks "
        "`segments(where: {id: {eq: $segmentId}}, legalEntityId: $legalEntityId)`.",
    ),
    Counterpart(
        "PUT-customer-segment-update-segment",
        MANAGE,
        """\
mutation ($segmentId: ID!, $input: SegmentUpsertInput!, $expectedVersion: Int) {
  segmentUpsert(id: $segmentId, input: $input, expectedVersion: $expectedVersion) {
    effect
    segment { id metadata { version } }
    userErrors { ...Failure }
  }
}""",
        "201 and 204 are the effects `CREATED` and `UPDATED`.",
    ),
    Counterpart(
        "PATCH-customer-segment-update-segment",
        MANAGE,
        """\
mutation ($segmentId: ID!, $operations: [JsonPatchOperation!]!) {
  segmentPatch(id: $segmentId, operations: $operations) {
    segment { id metadata { version } }
    userErrors { ...Failure }
  }
}""",
        "GraphQL also takes `MOVE`, `COPY` and `TEST`, and an `expectedVersion`.",
    ),
    Counterpart(
        "DELETE-customer-segment-remove-segment",
        MANAGE,
        """\
mutation ($segmentId: ID!, $forceDelete: Boolean! = false) {
  segmentDelete(id: $segmentId, forceDelete: $forceDelete) {
    deletedSegmentId
    userErrors { ...Failure }
  }
}""",
    ),
    Counterpart(
        "POST-customer-segment-create-segments-bulk",
        MANAGE,
        """\
mutation ($inputs: [SegmentCreateInput!]!) {
  segmentsCreate(inputs: $inputs) {
    results { index id effect segment { metadata { version } } userErrors { ...Failure } }
    userErrors { ...Failure }
  }
}""",
        "Results count from 0, REST from `SEGMENTS_BULK_INDEX_BASE`.",
    ),
    Counterpart(
        "PUT-customer-segment-update-segments-bulk",
        MANAGE,
        """\
mutation ($inputs: [SegmentsUpsertInput!]!) {
  segmentsUpsert(inputs: $inputs) {
    results { index id effect segment { metadata { version } } userErrors { ...Failure } }
    userErrors { ...Failure }
  }
}""",
    ),
    Counterpart(
        "DELETE-customer-segment-remove-segments-bulk",
        MANAGE,
        """\
mutation ($ids: [ID!]!, $forceDelete: Boolean! = false) {
  segmentsDelete(ids: $ids, forceDelete: $forceDelete) {
    results { index id effect userErrors { ...Failure } }
    userErrors { ...Failure }
  }
}""",
    ),
    Counterpart(
        "POST-customer-segment-check-match",
        MANAGE,
        """\
query ($siteCode: String!, $itemIds: [ID!]!, $segmentIds: [ID!]!) {
  matchItems(siteCode: $siteCode, itemIds: $itemIds, segmentIds: $segmentIds)
}""",
        "GraphQL lists the ids themselves.",
    ),
)
