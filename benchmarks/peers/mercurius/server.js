// Mercurius as its users write it: JIT from the second request for a document on, DataLoaders (one statement for each
// relation, whatever the number of parents), and prepared statements. Mercurius has loaders of its own, but makes a key
// of every row as text, with their cache and without.
import { readFile } from "node:fs/promises";
import Fastify from "fastify";
import mercurius from "mercurius";
import DataLoader from "dataloader";
import { GraphQLScalarType } from "graphql";
import pg from "pg";
import { statements } from "./statements.js";

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: 10,
  // By default connections are closed after ten seconds without work, and each turn would begin with new ones.
  idleTimeoutMillis: 0,
  // The same as the gateway gives its connections.
  options: "-c random_page_cost=1.1 -c jit=off",
});

const query = async (name, ...values) => (await pool.query({ name, text: statements[name], values })).rows;

const DateTime = new GraphQLScalarType({ name: "DateTime", serialize: (instant) => instant.toISOString() });
const JSON_ = new GraphQLScalarType({ name: "JSON" });

const localized = (texts, language) => texts[language] ?? texts.en ?? null;
const item = {
  name: ({ name }, { language }) => localized(name, language),
};

const resolvers = {
  DateTime,
  JSON: JSON_,
  Query: {
    segment: async (_, { id }, { tenant }) => (await query("segments", tenant, [id]))[0] ?? null,
    segments: async (_, { where, first }, { tenant, customer }) => {
      const site = where?.siteCode?.eq;
      const status = where?.status?.eq;
      if (customer) return { nodes: await query("segmentsOfCustomer", tenant, customer, first) };
      if (status) return { nodes: await query("segmentsOnSiteWithStatus", tenant, site, status, first) };
      return { nodes: await query("segmentsOnSite", tenant, site, first) };
    },
    itemAssignments: async (_, { first }, { tenant, customer }) => ({
      nodes: await query("itemsOfCustomer", tenant, customer, first),
    }),
  },
  Segment: {
    name: ({ name }, { language }) => localized(name, language),
    description: ({ description }, { language }) => localized(description, language),
    validity: (segment) => segment,
    metadata: (segment) => segment,
    customerAssignments: (segment, args, { loaders }) => loaders.customerAssignments(segment, args),
    itemAssignments: (segment, args, { loaders }) => loaders.itemAssignments(segment, args),
  },
  CustomerAssignment: {
    customer: async ({ customerId }, _, { loaders }) =>
      (await loaders.customers.load(customerId)) ?? { id: customerId },
    legalEntity: ({ legalEntityId }, _, { loaders }) =>
      legalEntityId ? loaders.legalEntities.load(legalEntityId) : null,
  },
  ItemAssignment: {
    segment: ({ segmentId }, _, { loaders }) => loaders.segments.load(segmentId),
    async item({ type, itemId }, _, { loaders }) {
      const [items, kind] = type === "PRODUCT" ? [loaders.products, "Product"] : [loaders.categories, "Category"];
      return { ...((await items.load(itemId)) ?? { id: itemId, code: null, name: {} }), kind };
    },
  },
  Item: { resolveType: ({ kind }) => kind },
  Product: item,
  Category: item,
};

// One row for each id, for links; null where there is none.
const byId = (name, tenant) =>
  new DataLoader(async (ids) => {
    const known = new Map((await query(name, tenant, ids)).map((row) => [row.id, row]));
    return ids.map((id) => known.get(id) ?? null);
  });

// The first rows of each parent, for lists. How many is an argument, and each number has a loader.
function children(name, tenant) {
  const loaders = new Map();
  return ({ id }, { first }) => {
    if (!loaders.has(first)) loaders.set(first, new DataLoader((ids) => firstRows(name, tenant, ids, first)));
    return loaders.get(first).load(id);
  };
}

async function firstRows(name, tenant, ids, first) {
  const rows = Map.groupBy(await query(name, tenant, ids, first), ({ parent }) => parent);
  return ids.map((id) => ({ nodes: rows.get(id) ?? [] }));
}

const loadersOf = (tenant) => ({
  customerAssignments: children("customerAssignments", tenant),
  itemAssignments: children("itemAssignments", tenant),
  customers: byId("customers", tenant),
  legalEntities: byId("legalEntities", tenant),
  segments: byId("segments", tenant),
  products: byId("products", tenant),
  categories: byId("categories", tenant),
});

const app = Fastify();
app.register(mercurius, {
  schema: await readFile(new URL("schema.graphql", import.meta.url), "utf8"),
  resolvers,
  jit: 1,
  path: "/graphql",
  // Who asks, as a proxy in front would say it after it had verified the token.
  context: ({ headers }) => ({
    tenant: headers["x-tenant"],
    customer: headers["x-customer"],
    loaders: loadersOf(headers["x-tenant"]),
  }),
});
await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });
