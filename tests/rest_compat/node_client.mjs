// Node's own fetch, JSON and URLs against a running gateway; prints what came back.
const [url, tenant] = process.argv.slice(2);
const segments = `${url}/customer-segment/${tenant}/segments`;

const form = new URLSearchParams({
  grant_type: "client_credentials",
  client_id: "sdk",
  client_secret: "hunter2",
});
const { access_token } = await (await fetch(`${url}/oauth/token`, { method: "POST", body: form })).json();

async function call(method, path, body) {
  const response = await fetch(segments + path, {
    method,
    body,
    headers: {
      Authorization: `Bearer ${access_token}`,
      "Content-Type": "application/json; charset=UTF-8",
      "Accept-Language": "*",
    },
  });
  const text = await response.text();
  return [response.status, text === "" ? "" : JSON.parse(text)];
}

const idsOf = (rows) => rows.map((row) => row.id);
const segment = { id: "gold", name: { en: "Golden Segment" }, siteCode: "main", colour: undefined, owner: null, tags: ["x"] };
const q = 'name.en:"Golden Segment" siteCode:main';

const answers = {};
answers.created = await call("POST", "?colour=red", JSON.stringify(segment, null, 2) + "\n");
answers.spaces = [];
for (const query of [`${new URLSearchParams({ q })}`, `q=${encodeURIComponent(q)}`]) {
  answers.spaces.push(idsOf((await call("GET", `?${query}`))[1]));
}
answers.fields = await call("GET", "/gold?fields=name&unknown");
const [status, rows] = await call("POST", "/search", JSON.stringify({ q }) + "\r\n\r\n");
answers.newlines = [status, idsOf(rows)];
answers.deleted = await call("DELETE", "/gold?forceDelete=TRUE");
console.log(JSON.stringify(answers));
