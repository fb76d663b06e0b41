// Mercurius on Fastify, with JIT from the second request for a document on.
import { readFile } from "node:fs/promises";
import Fastify from "fastify";
import mercurius from "mercurius";
import { compilerOptions, resolvers } from "./resolvers.js";

const app = Fastify();
app.register(mercurius, {
  schema: await readFile(new URL("../mercurius/schema.graphql", import.meta.url), "utf8"),
  resolvers,
  jit: 1,
  compilerOptions,
  path: "/graphql",
  // Who asks, as a proxy in front would say it after it had verified the token.
  context: ({ headers }) => ({ tenant: headers["x-tenant"], customer: headers["x-customer"] }),
});
await app.listen({ host: "127.0.0.1", port: Number(process.env.PORT) });
