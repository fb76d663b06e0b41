// The resolvers of both servers: one statement for each list, with what its rows link to; lists of children by
// DataLoader; rows by id for all requests of a turn at once; no resolver for what a row has, but for texts.
import { promisify } from "node:util";
import DataLoader from "dataloader";
import { CustomerAssignment, ItemAssignment, Segment } from "./columns.js";
import { rowsOf } from "./database.js";
import { fieldsOf, statement } from "./statement.js";

const nextTurn = promisify(setImmediate);

// Statements of a field of a document. The list of its nodes is the same for as long as the document is compiled.
const statements = new WeakMap();

function statementOf(info, kind, make) {
  const { fieldNodes } = info;
  let known = statements.get(fieldNodes);
  if (!known) statements.set(fieldNodes, (known = new Map()));
  let found = known.get(kind);
  if (!found) known.set(kind, (found = make(info)));
  return found;
}

const nodesOf = ({ fieldNodes, fragments }) => fieldsOf(fieldNodes, fragments).get("nodes") ?? [];

const OWN_SEGMENTS = (customer) => `status = 'ACTIVE' AND id IN (
  SELECT segment_id FROM customer_assignment WHERE tenant = $1 AND customer_id = ${customer})`;

function rows(found, request) {
  const { shape } = found;
  return rowsOf(found, found.parameters.of(request)).then((list) => list.map(shape));
}

function segment(_, { id }, { tenant, customer }, info) {
  const found = statementOf(info, Boolean(customer), ({ fieldNodes, fragments }) =>
    statement(Segment, fieldNodes, fragments, {
      limited: (parameters) => {
        const conditions = ["tenant = $1", `id = ANY(${parameters.add((request) => request.ids)}::text[])`];
        if (customer) conditions.push(OWN_SEGMENTS(parameters.add((request) => request.customer)));
        return `(SELECT * FROM segment WHERE ${conditions.join(" AND ")}) AS segment`;
      },
      order: "segment.id",
    }),
  );
  return rowById(found, id, { tenant, customer, variables: info.variableValues });
}

// One statement for the ids that requests ask for in one turn of the event loop, with the same other parameters.
function rowById(found, id, request) {
  const key = JSON.stringify(found.parameters.of(request));
  let batch = found.batches.get(key);
  if (!batch) {
    batch = { ids: new Set(), rows: undefined };
    found.batches.set(key, batch);
    batch.rows = nextTurn().then(async () => {
      found.batches.delete(key);
      const list = await rows(found, { ...request, ids: [...batch.ids] });
      return new Map(list.map((row) => [row.id, row]));
    });
  }
  batch.ids.add(id);
  return batch.rows.then((known) => known.get(id) ?? null);
}

function segments(_, { where, first }, { tenant, customer }, info) {
  const site = where?.siteCode?.eq;
  const status = where?.status?.eq;
  const kind = (customer ? 4 : 0) + (site ? 2 : 0) + (status ? 1 : 0);
  const found = statementOf(info, kind, (info) =>
    statement(Segment, nodesOf(info), info.fragments, {
      limited: (parameters) => {
        const conditions = ["tenant = $1"];
        if (site) conditions.push(`site_code = ${parameters.add((request) => request.site)}`);
        if (status) conditions.push(`status = ${parameters.add((request) => request.status)}`);
        if (customer) conditions.push(OWN_SEGMENTS(parameters.add((request) => request.customer)));
        const limit = parameters.add((request) => request.first);
        return `(SELECT * FROM segment WHERE ${conditions.join(" AND ")} ORDER BY id LIMIT ${limit}) AS segment`;
      },
      order: "segment.id",
    }),
  );
  const request = { tenant, customer, site, status, first, variables: info.variableValues };
  return rows(found, request).then((nodes) => ({ nodes }));
}

function itemAssignments(_, { first }, { tenant, customer }, info) {
  const found = statementOf(info, Boolean(customer), (info) =>
    statement(ItemAssignment, nodesOf(info), info.fragments, {
      limited: (parameters) => {
        const own = customer
          ? `AND segment_id IN (SELECT id FROM segment
              WHERE tenant = $1 AND ${OWN_SEGMENTS(parameters.add((request) => request.customer))})`
          : "";
        const limit = parameters.add((request) => request.first);
        return `(SELECT * FROM item_assignment WHERE tenant = $1 ${own}
          ORDER BY segment_id, type, item_id LIMIT ${limit}) AS assignment`;
      },
      order: "assignment.segment_id, assignment.type, assignment.item_id",
    }),
  );
  const request = { tenant, customer, first, variables: info.variableValues };
  return rows(found, request).then((nodes) => ({ nodes }));
}

// The first rows of each segment, for all segments of a list in one statement; of a customer's own view those with the
// customer in the column `own`, if there is one.
const childrenOf = (type, table, key, own) => {
  const make = (customer) => (info) =>
    statement(type, nodesOf(info), info.fragments, {
      limited: (parameters) => {
        const ids = parameters.add((request) => request.ids);
        const limit = parameters.add((request) => request.first);
        const condition = own && customer ? `AND ${own} = ${parameters.add((request) => request.customer)}` : "";
        return `unnest(${ids}::text[]) WITH ORDINALITY AS parent (id, number) CROSS JOIN LATERAL (
          SELECT * FROM ${table} WHERE tenant = $1 AND segment_id = parent.id ${condition}
          ORDER BY ${key.join(", ")} LIMIT ${limit}) AS assignment`;
      },
      order: ["parent.number", ...key.map((column) => `assignment.${column}`)].join(", "),
      last: "parent.number::int",
    });

  async function load(ids, first, { tenant, customer }, info) {
    const found = statementOf(info, Boolean(customer), make(customer));
    const request = { tenant, customer, ids, first, variables: info.variableValues };
    const lists = ids.map(() => ({ nodes: [] }));
    const list = await rowsOf(found, found.parameters.of(request));
    for (const row of list) lists[row[row.length - 1] - 1].nodes.push(found.shape(row));
    return lists;
  }

  return ({ id }, { first }, context, info) => {
    context.loaders ??= new Map();
    let loaders = context.loaders.get(info.fieldNodes);
    if (!loaders) context.loaders.set(info.fieldNodes, (loaders = new Map()));
    let loader = loaders.get(first);
    if (!loader) {
      loader = new DataLoader((ids) => load(ids, first, context, info), { cache: false });
      loaders.set(first, loader);
    }
    return loader.load(id);
  };
};

// A text, or texts by language where a document asks for several.
const localized = (field) => (row, { language }) => {
  const text = row[field];
  return text === null || typeof text === "string" ? text : (text[language] ?? text.en ?? null);
};

export const resolvers = {
  Query: { segment, segments, itemAssignments },
  Segment: {
    name: localized("name"),
    description: localized("description"),
    customerAssignments: childrenOf(
      CustomerAssignment,
      "customer_assignment",
      ["customer_id", "legal_entity_id"],
      "customer_id",
    ),
    itemAssignments: childrenOf(ItemAssignment, "item_assignment", ["type", "item_id"]),
  },
  Item: { resolveType: ({ kind }) => (kind === "PRODUCT" ? "Product" : "Category") },
  Product: { name: localized("name") },
  Category: { name: localized("name") },
};

// Rows are as the database's constraints and the statements make them: nothing is checked again.
export const compilerOptions = {
  disableLeafSerialization: true,
  customSerializers: { DateTime: (instant) => instant, JSON: (value) => value },
};
