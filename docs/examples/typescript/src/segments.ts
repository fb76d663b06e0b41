import type { Gateway } from "./gateway.ts";
import { graphql } from "./graphql/index.ts";
import type { SegmentPageQuery, SegmentUpsertInput } from "./graphql/graphql.ts";

const SegmentPage = graphql(/* GraphQL */ `
  query SegmentPage($first: Int!, $after: String) {
    segments(first: $first, after: $after, orderBy: [{ field: NAME }]) {
      nodes {
        nodeId
        id
        name
        status
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
`);

/** All segments, page after page, each page asked for when it is needed. */
export async function* allSegments(gateway: Gateway, first = 100) {
  let after: string | null = null;
  do {
    const { segments }: SegmentPageQuery = await gateway.ask(SegmentPage, { first, after });
    yield* segments.nodes;
    after = segments.pageInfo.hasNextPage ? segments.pageInfo.endCursor : null;
  } while (after);
}

const SaveSegment = graphql(/* GraphQL */ `
  mutation SaveSegment($id: ID!, $input: SegmentUpsertInput!, $expectedVersion: Int) {
    segmentUpsert(id: $id, input: $input, expectedVersion: $expectedVersion) {
      effect
      segment {
        nodeId
        name
        metadata {
          version
        }
      }
      userErrors {
        code
        message
        path
      }
    }
  }
`);

/** Save a form. What comes back is either the segment, or what to show beside the fields. */
export async function saveSegment(
  gateway: Gateway,
  id: string,
  input: SegmentUpsertInput,
  expectedVersion?: number,
) {
  const { segmentUpsert } = await gateway.ask(SaveSegment, { id, input, expectedVersion });
  return segmentUpsert;
}
