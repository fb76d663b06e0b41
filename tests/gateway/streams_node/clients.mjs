// graphql-ws, graphql-sse, Apollo, urql and an EventSource follow a tenant, first with a token that ends soon, then with
// another; prints what each has seen.
import { ApolloClient, gql, InMemoryCache } from "@apollo/client/core";
import { GraphQLWsLink } from "@apollo/client/link/subscriptions";
import { Client as UrqlClient, subscriptionExchange } from "@urql/core";
import { createClient as createWsClient } from "graphql-ws";
import { createClient as createSseClient } from "graphql-sse";
import { EventSource } from "eventsource";
import { createInterface } from "node:readline/promises";
import WebSocket from "ws";

const [url, tenant] = process.argv.slice(2);
console.log("ready"); // a token that was made before may have ended when the clients are loaded
const [ending, lasting] = (await createInterface({ input: process.stdin }).question("")).split(" ");
const shop = `${url}/customer-segment/${tenant}`;
const query = "subscription ($ids: [ID!]) { changes(segmentIds: $ids) { changes { segmentId } cursor } }";
const writer = { Authorization: `Bearer ${lasting}`, "Content-Type": "application/json" };

async function put(id) {
  const body = JSON.stringify({ name: { en: id }, siteCode: "main" });
  const response = await fetch(`${shop}/segments/${id}`, { method: "PUT", headers: writer, body });
  if (!response.ok) throw new Error(await response.text());
}

function tokens() {
  let isFirst = true;
  return () => {
    const token = isFirst ? ending : lasting;
    isFirst = false;
    return `Bearer ${token}`;
  };
}

const about = (name) => ({ query, variables: { ids: [`${name}1`, `${name}3`] } });
const idsOf = (result) => result.data.changes.changes.map((change) => change.segmentId);

// One after another: where it begins, a change, and after the token's end the same again.
async function follow(subscription, name) {
  const seen = [];
  for await (const result of subscription) {
    seen.push(idsOf(result));
    if (seen.length === 1 || seen.length === 3) await put(`${name}${seen.length}`);
    if (seen.length === 4) break;
  }
  return seen;
}

function wsClient() {
  const authorization = tokens();
  return createWsClient({
    url: `${url.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: () => ({ Authorization: authorization() }),
    retryWait: async () => {},
  });
}

// What is observed, one value after another.
async function* valuesOf(observable) {
  const values = [];
  let wake = () => {};
  const told = (value) => {
    values.push(value);
    wake();
  };
  const subscription = observable.subscribe({ next: told, error: (error) => told({ error }) });
  try {
    for (;;) {
      while (values.length) yield values.shift();
      await new Promise((resolve) => (wake = resolve));
    }
  } finally {
    subscription.unsubscribe();
  }
}

async function apollo() {
  const ws = wsClient();
  const client = new ApolloClient({ link: new GraphQLWsLink(ws), cache: new InMemoryCache() });
  const { variables } = about("apollo");
  const seen = await follow(valuesOf(client.subscribe({ query: gql(query), variables })), "apollo");
  client.stop();
  await ws.dispose();
  return { seen };
}

async function urql() {
  const ws = wsClient();
  const forwardSubscription = (request) => ({
    subscribe: (sink) => ({ unsubscribe: ws.subscribe(request, sink) }),
  });
  const client = new UrqlClient({ url: `${url}/graphql`, exchanges: [subscriptionExchange({ forwardSubscription })] });
  const source = client.subscription(query, about("urql").variables);
  const observable = { subscribe: ({ next }) => source.subscribe(next) };
  const seen = await follow(valuesOf(observable), "urql");
  await ws.dispose();
  return { seen };
}

async function websocket() {
  const authorization = tokens();
  const closed = [];
  const client = createWsClient({
    url: `${url.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: () => ({ Authorization: authorization() }),
    retryWait: async () => {},
    on: { closed: (event) => closed.push(event.code) },
  });
  const answers = [];
  for await (const answer of client.iterate({ query: "{ viewer { tenant } }" })) answers.push(answer.data.viewer.tenant);
  await client.dispose();
  const other = tokens();
  const following = createWsClient({
    url: `${url.replace("http", "ws")}/graphql`,
    webSocketImpl: WebSocket,
    connectionParams: () => ({ Authorization: other() }),
    retryWait: async () => {},
    on: { closed: (event) => closed.push(event.code) },
  });
  const seen = await follow(following.iterate(about("ws")), "ws");
  await following.dispose();
  return { seen, answers, hasEnded: closed.includes(4403) };
}

async function events() {
  const authorization = tokens();
  const client = createSseClient({
    url: `${url}/graphql`,
    headers: () => ({ Authorization: authorization() }),
    retry: async () => {},
  });
  const seen = await follow(client.iterate(about("sse")), "sse");
  client.dispose();
  return { seen };
}

async function eventSource() {
  const authorization = tokens();
  const source = new EventSource(`${shop}/changes?types=customer-segment.segment-created&segmentIds=es1,es2`, {
    fetch: (input, init) => fetch(input, { ...init, headers: { ...init.headers, Authorization: authorization() } }),
  });
  const seen = [];
  let opened = 0;
  return new Promise((resolve) => {
    source.addEventListener("customer-segment.segment-created", (event) => {
      seen.push(JSON.parse(event.data).data.id);
      if (seen.length === 2) {
        source.close();
        resolve({ seen, opened });
      }
    });
    source.addEventListener("open", async () => {
      opened += 1;
      if (opened === 1) await put("es1");
    });
    source.addEventListener("error", async () => {
      if (seen.length === 1) await put("es2"); // while nobody listens: it goes on behind the last id
    });
  });
}

setInterval(() => {}, 1000); // the timer of the EventSource keeps no process alive
const names = { ws: websocket, sse: events, es: eventSource, apollo, urql };
const seen = await Promise.all(Object.entries(names).map(async ([name, run]) => [name, await run()]));
console.log(JSON.stringify(Object.fromEntries(seen)));
process.exit(0);
