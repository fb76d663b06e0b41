import type { Gateway } from "./gateway.ts";
import { graphql } from "./graphql/index.ts";

const HomePage = graphql(/* GraphQL */ `
  query HomePage($site: String!) {
    viewer {
      customer {
        firstName
      }
    }
    segments(where: { siteCode: { eq: $site } }) {
      nodes {
        name
        itemAssignments(first: 3) {
          nodes {
            item {
              id
              name
            }
          }
        }
      }
    }
  }
`);

/** What a customer's home page needs, in one request. */
export async function homePage(gateway: Gateway): Promise<string[]> {
  const { viewer, segments } = await gateway.ask(HomePage, { site: "main" });
  return [
    `For ${viewer.customer?.firstName ?? "you"}:`,
    ...segments.nodes.map(({ name, itemAssignments }) => {
      const items = itemAssignments.nodes.map(({ item }) => item.name ?? item.id);
      return `  ${name}: ${items.join(", ")}`;
    }),
  ];
}
