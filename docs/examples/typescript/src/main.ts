import { Gateway, GatewayFailure } from "./gateway.ts";
import { homePage } from "./home.ts";
import { allSegments, saveSegment } from "./segments.ts";

const url = process.env["GATEWAY"] ?? "http://localhost:8000/graphql";
const byHash = process.env["BY_HASH"] === "true";
const anna = new Gateway({ url, token: process.env["ANNAS_TOKEN"] ?? "", language: "de", byHash });
const admin = new Gateway({ url, token: process.env["ADMINS_TOKEN"] ?? "", byHash });

console.log((await homePage(anna)).join("\n"));

for await (const { id, name, status } of allSegments(admin, 4)) console.log(`${id}: ${name}, ${status}`);

const spring = { name: [{ language: "en", text: "Spring" }], siteCode: "main" };
for (const form of [spring, { ...spring, siteCode: " " }]) {
  const { effect, segment, userErrors } = await saveSegment(admin, "spring", form);
  if (segment) console.log(`${effect}: ${segment.name}, version ${segment.metadata.version}`);
  for (const { code, path, message } of userErrors) console.log(`${code} at ${path.join(".")}: ${message}`);
}

try {
  await saveSegment(anna, "spring", spring);
} catch (error) {
  if (!(error instanceof GatewayFailure)) throw error;
  console.log(`${error.code}: ${error.message}`);
}
