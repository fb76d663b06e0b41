import type { TypedDocumentString } from "./graphql/graphql.ts";

export interface GatewayOptions {
  url: string;
  token: string;
  /** What texts come in where a field says nothing else: an Accept-Language such as "de-CH, de". */
  language?: string;
  /** Send the SHA-256 of a document instead of its text; the gateway has it in its list. */
  byHash?: boolean;
}

/** What the gateway refused or could not do. What is wrong with an input is no failure, but data: `userErrors`. */
export class GatewayFailure extends Error {
  override readonly name = "GatewayFailure";
  readonly status: number;
  /** For programs: FORBIDDEN, LIMIT_EXCEEDED, ... */
  readonly code: string;

  constructor(status: number, errors: Answer["errors"]) {
    super(errors?.[0]?.message ?? `HTTP ${status}`);
    this.status = status;
    this.code = errors?.[0]?.extensions?.code ?? "UNKNOWN";
  }
}

interface Answer {
  data?: unknown;
  errors?: { message: string; extensions?: { code?: string } }[];
}

/** A gateway, as one caller sees it. */
export class Gateway {
  readonly #options: GatewayOptions;

  constructor(options: GatewayOptions) {
    this.#options = options;
  }

  /** The answer to a document, or a GatewayFailure; never half an answer. */
  async ask<Data, Variables>(
    document: TypedDocumentString<Data, Variables>,
    ...[variables]: Variables extends Record<string, never> ? [] : [Variables]
  ): Promise<Data> {
    const { url, token, language } = this.#options;
    const response = await fetch(url, {
      method: "POST",
      headers: {
        // With this type, a request that cannot be executed is a 4xx.
        Accept: "application/graphql-response+json",
        "Content-Type": "application/json",
        Authorization: `Bearer ${token}`,
        ...(language && { "Accept-Language": language }),
      },
      body: JSON.stringify({ ...this.#named(document), variables }),
      signal: AbortSignal.timeout(10_000),
    });
    // A proxy on the way may answer with something else than JSON.
    const answer: Answer = await response.json().catch(() => ({}));
    if (!response.ok || answer.errors) throw new GatewayFailure(response.status, answer.errors);
    return answer.data as Data;
  }

  #named<Data, Variables>(document: TypedDocumentString<Data, Variables>) {
    if (!this.#options.byHash) return { query: document.toString() };
    const sha256Hash = document.__meta__?.["hash"].replace("sha256:", "");
    return { extensions: { persistedQuery: { version: 1, sha256Hash } } };
  }
}
