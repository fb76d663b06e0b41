// Composes subgraphs with two composers. Reads a JSON list of {name, url, sdl}; prints for each composer its errors
// and its supergraph.
import { readFileSync } from "node:fs";
import { composeServices as composeByApollo } from "@apollo/composition";
import { composeServices as composeByGuild } from "@theguild/federation-composition";
import { parse } from "graphql";

const subgraphs = JSON.parse(readFileSync(0, "utf8"));
const services = subgraphs.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) }));
const composed = (compose) => {
  const { errors, supergraphSdl } = compose(services);
  return { errors: (errors ?? []).map(({ message }) => message), supergraph: supergraphSdl ?? null };
};
console.log(JSON.stringify({ apollo: composed(composeByApollo), guild: composed(composeByGuild) }));
