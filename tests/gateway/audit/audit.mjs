// Runs the public GraphQL over HTTP audit against the URL given and prints each result as JSON.
import { auditServer } from "graphql-http";

const results = await auditServer({ url: process.argv[2] });
console.log(JSON.stringify(results.map(({ status, id, name, reason }) => ({ status, id, name, reason }))));
