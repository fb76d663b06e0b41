// The column of each field, by type: `sql`, or `localized` for a text in the language of the field's argument, and
// the tables that it needs beside the listed one. A field that is not here has a resolver.

const instant = (column) => `to_char(${column} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
const joined = (table, condition) => `LEFT JOIN ${table} ON ${table}.tenant = $1 AND ${table}.id = ${condition}`;

const segment = (id, joins) => ({
  always: ["id"], // the lists below ask for the children of ids
  fields: {
    id: { sql: id },
    name: { localized: "segment.name", joins },
    description: { localized: "segment.description", joins },
    status: { sql: "segment.status", joins },
    siteCode: { sql: "segment.site_code", joins },
    mixins: { sql: "segment.mixins", joins },
    validity: {
      fields: {
        from: { sql: instant("segment.valid_from"), joins },
        to: { sql: instant("segment.valid_to"), joins },
      },
    },
    metadata: {
      fields: {
        version: { sql: "segment.version::int", joins },
        createdAt: { sql: instant("segment.created_at"), joins },
        modifiedAt: { sql: instant("segment.modified_at"), joins },
      },
    },
  },
});

const customer = [joined("customer", "assignment.customer_id")];
const legalEntity = [joined("legal_entity", "assignment.legal_entity_id")];
const item = [
  joined("product", "assignment.item_id AND assignment.type = 'PRODUCT'"),
  joined("category", "assignment.item_id AND assignment.type = 'CATEGORY'"),
];

export const Segment = segment("segment.id", []);

export const CustomerAssignment = {
  fields: {
    assignmentType: { sql: "assignment.assignment_type" },
    customer: {
      fields: {
        id: { sql: "assignment.customer_id" },
        firstName: { sql: "customer.first_name", joins: customer },
        lastName: { sql: "customer.last_name", joins: customer },
        email: { sql: "customer.email", joins: customer },
      },
    },
    legalEntity: {
      nullWithout: "id",
      fields: {
        id: { sql: "nullif(assignment.legal_entity_id, '')" },
        name: { sql: "legal_entity.name", joins: legalEntity },
      },
    },
  },
};

export const ItemAssignment = {
  fields: {
    type: { sql: "assignment.type" },
    segment: segment("assignment.segment_id", [joined("segment", "assignment.segment_id")]),
    item: {
      always: ["kind"], // says which type of the interface it is
      fields: {
        kind: { sql: "assignment.type" },
        id: { sql: "assignment.item_id" },
        code: { sql: "coalesce(product.code, category.code)", joins: item },
        name: { localized: "coalesce(product.name, category.name)", joins: item },
      },
    },
  },
};
