// Ten connections that stay open, rows as arrays, and no conversion that the answers do not need.
import pg from "pg";

const { INT4, JSONB } = pg.types.builtins;
const EMPTY = {};
const parsers = {
  [INT4]: Number,
  [JSONB]: (text) => (text === "{}" ? EMPTY : JSON.parse(text)),
};
const text = (value) => value;
const types = { getTypeParser: (type) => parsers[type] ?? text };

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: 10,
  idleTimeoutMillis: 0,
  // The same as the gateway gives its connections.
  options: "-c random_page_cost=1.1 -c jit=off",
});

export const rowsOf = ({ name, text }, values) =>
  pool.query({ name, text, values, types, rowMode: "array" }).then(({ rows }) => rows);
