// Mercurius as a good engineer would write it: JIT from the first request, its own loaders (one statement for
// each relation, whatever the number of parents), and prepared statements.
import { readFile } from "node:fs/promises";
import Fastify from "fastify";
import mercurius from "mercurius";
import pg from "pg";
import { GraphQLScalarType } from "graphql";
import { statements } from "./statements.js";

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: 10,
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
  },
  Item: { resolveType: ({ kind }) => kind },
  Product: item,
  Category: item,
};

// Rows by their parent, for loaders of lists. Arguments may differ between aliases, and belong to the key.
async function children(name, queries, { tenant }) {
  const byFirst = Map.groupBy(queries, ({ params }) => params.first);
  const found = new Map();
  for (const [first, group] of byFirst) {
    const rows = await query(name, tenant, group.map(({ obj }) => obj.id), first);
    found.set(first, Map.groupBy(rows, ({ parent }) => parent));
  }
  return queries.map(({ obj, params }) => ({ nodes: found.get(params.first).get(obj.id) ?? [] }));
}

// Rows by their id, for loaders of links.
async function byId(name, ids, { tenant }) {
  const wanted = [...new Set(ids)];
  if (wanted.length === 0) return new Map();
  return new Map((await query(name, tenant, wanted)).map((row) => [row.id, row]));
}

const loaders = {
  Segment: {
    customerAssignments: (queries, context) => children("customerAssignments", queries, context),
    itemAssignments: (queries, context) => children("itemAssignments", queries, context),
  },
  CustomerAssignment: {
    async customer(queries, context) {
      const known = await byId("customers", queries.map(({ obj }) => obj.customerId), context);
      return queries.map(({ obj }) => known.get(obj.customerId) ?? { id: obj.customerId });
    },
    async legalEntity(queries, context) {
      const ids = queries.map(({ obj }) => obj.legalEntityId).filter(Boolean);
      const known = await byId("legalEntities", ids, context);
      return queries.map(({ obj }) => known.get(obj.legalEntityId) ?? null);
    },
  },
  ItemAssignment: {
    async segment(queries, context) {
      const known = await byId("segments", queries.map(({ obj }) => obj.segmentId), context);
      return queries.map(({ obj }) => known.get(obj.segmentId) ?? null);
    },
    async item(queries, context) {
      const idsOf = (type) => queries.filter(({ obj }) => obj.type === type).map(({ obj }) => obj.itemId);
      const [products, categories] = await Promise.all([
        byId("products", idsOf("PRODUCT"), context),
        byId("categories", idsOf("CATEGORY"), context),
      ]);
      return queries.map(({ obj }) => {
        const [known, kind] = obj.type === "PRODUCT" ? [products, "Product"] : [categories, "Category"];
        const row = known.get(obj.itemId) ?? { id: obj.itemId, code: null, name: {} };
        row.kind = kind;
        return row;
      });
    },
  },
};

// Without their cache, which is of little use here and costs more than it saves: its keys are whole objects as text.
const uncached = (fields) =>
  Object.fromEntries(Object.entries(fields).map(([name, loader]) => [name, { loader, opts: { cache: false } }]));

const app = Fastify();
app.register(mercurius, {
  schema: await readFile(new URL("schema.graphql", import.meta.url), "utf8"),
  resolvers,
  loaders: Object.fromEntries(Object.entries(loaders).map(([type, fields]) => [type, uncached(fields)])),
  jit: 1,
  path: "/graphql",
  // Who asks, as a proxy in front would say it after it had verified the token.
  context: ({ headers }) => ({ tenant: headers["x-tenant"], customer: headers["x-customer"] }),
});
await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });
