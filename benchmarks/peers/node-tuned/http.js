// As little as a Node server can do that still answers any GraphQL document: node:http and graphql-jit.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { buildSchema, parse, validate } from "graphql";
import { compileQuery, isCompiledQuery } from "graphql-jit";
import { compilerOptions, resolvers } from "./resolvers.js";

const LARGEST_BODY = 1_000_000;
const MOST_DOCUMENTS = 1_000;

const schema = buildSchema(await readFile(new URL("../mercurius/schema.graphql", import.meta.url), "utf8"));
for (const [name, { resolveType, ...fields }] of Object.entries(resolvers)) {
  const type = schema.getType(name);
  if (resolveType) type.resolveType = resolveType;
  for (const [field, resolve] of Object.entries(fields)) type.getFields()[field].resolve = resolve;
}

const compiled = new Map();

function compile(query, operationName) {
  const document = parse(query);
  const errors = validate(schema, document);
  return errors.length > 0 ? { errors } : compileQuery(schema, document, operationName, compilerOptions);
}

function operation(query, operationName) {
  const key = operationName ? `${operationName} ${query}` : query;
  let found = compiled.get(key);
  if (!found) {
    found = compile(query, operationName);
    if (compiled.size >= MOST_DOCUMENTS) compiled.delete(compiled.keys().next().value);
    compiled.set(key, found);
  }
  return found;
}

function send(response, status, text) {
  const body = Buffer.from(text);
  response.writeHead(status, { "content-type": "application/json; charset=utf-8", "content-length": body.length });
  response.end(body);
}

const refuse = (response, status, errors) => send(response, status, JSON.stringify({ errors }));

async function answer({ headers }, body, response) {
  try {
    const { query, operationName, variables } = JSON.parse(body);
    const found = operation(query, operationName);
    if (!isCompiledQuery(found)) return refuse(response, 400, found.errors);
    const context = { tenant: headers["x-tenant"], customer: headers["x-customer"] };
    return send(response, 200, JSON.stringify(await found.query(undefined, context, variables)));
  } catch ({ message }) {
    return refuse(response, 400, [{ message }]);
  }
}

const server = createServer((request, response) => {
  if (request.method !== "POST" || request.url !== "/graphql") return refuse(response, 404, [{ message: "POST /graphql" }]);
  const chunks = [];
  let size = 0;
  request.on("data", (chunk) => {
    size += chunk.length;
    if (size <= LARGEST_BODY) chunks.push(chunk);
  });
  request.on("end", () => {
    if (size > LARGEST_BODY) return refuse(response, 413, [{ message: "The body is too large" }]);
    return answer(request, Buffer.concat(chunks), response);
  });
});
server.listen(Number(process.env.PORT), "127.0.0.1");
