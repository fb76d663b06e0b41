// PostGraphile 5 with the preset that its documentation recommends, over the benchmark's tables.
// Prepared statements are on by default (100 for each connection).
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { grafserv } from "postgraphile/grafserv/node";
import { makePgService } from "postgraphile/adaptors/pg";
import { PostGraphileAmberPreset } from "postgraphile/presets/amber";
import { makePgSmartTagsFromFilePlugin } from "postgraphile/utils";
import { postgraphile } from "postgraphile";
import { readFile } from "node:fs/promises";

const here = (name) => fileURLToPath(new URL(name, import.meta.url));
const connectionString = process.env.DATABASE_URL;

const client = new pg.Client({ connectionString });
await client.connect();
await client.query(await readFile(here("./functions.sql"), "utf8"));
await client.end();

const preset = {
  extends: [PostGraphileAmberPreset],
  plugins: [makePgSmartTagsFromFilePlugin(here("./tags.json5"))],
  pgServices: [
    makePgService({
      schemas: ["public", "benchmark"],
      connectionString,
      poolConfig: {
        max: 10,
        // By default connections are closed after ten seconds without work, and each turn would begin with new ones.
        idleTimeoutMillis: 0,
        // The same as the gateway gives its connections.
        options: "-c random_page_cost=1.1 -c jit=off",
      },
    }),
  ],
  grafserv: { watch: false, graphiql: false },
  grafast: { explain: false },
};

const serv = postgraphile(preset).createServ(grafserv);
const server = createServer();
serv.addTo(server);
server.listen(Number(process.env.PORT), "127.0.0.1");
