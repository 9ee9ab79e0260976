import type { OpenAI } from "openai";
import { expect } from "vitest";
import { type Chain, type ChainOptions, createClient, startChain } from "./chain.js";
import { type SeenRequest, startUpstream, type TestUpstream } from "./upstream.js";

/** Uses a client. Yields all that it sees. */
export type Use = (client: OpenAI) => AsyncGenerator<unknown, void>;

/** What two clients saw, which is the same. */
export interface Comparison {
  readonly seen: unknown[];
  /** The operations that the egress logged, in order. */
  readonly operations: string[];
  /** The requests that reached the upstream through the gateways. */
  readonly requests: readonly SeenRequest[];
}

/**
 * Uses an API directly and through both gateways, with a server of its own each time. Checks that
 * the clients saw the same, and that the servers got the same requests.
 */
export async function compareClients(
  createApi: () => TestUpstream["answer"],
  use: Use,
  options: ChainOptions = {},
): Promise<Comparison> {
  const alone = await startUpstream(createApi());
  const direct = await collectAll(use(createClient(alone.url.replace("/v1", ""))));
  const behind = await startUpstream(createApi());
  const chain = await startChain(behind.url, { passThrough: {}, ...options });
  const seen = await collectAll(use(chain.openai));
  expect(seen).toEqual(direct);
  expect(behind.seen.map(essence)).toEqual(alone.seen.map(essence));
  return { seen, operations: operationsOf(chain), requests: behind.seen };
}

/** Returns all that a client sees. */
export async function collectAll(steps: AsyncGenerator<unknown, void>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const step of steps) {
    // What is not enumerable counts too: identifiers of requests.
    const id = typeof step === "object" && step !== null && "_request_id" in step;
    all.push(structuredClone(step), id ? step._request_id : null);
  }
  return all;
}

/** What of a request a server goes by. */
export function essence({ method, url, headers, body }: SeenRequest): unknown {
  const path = new URL(url, "http://upstream");
  path.searchParams.sort();
  const boundary = /boundary=(.*)$/.exec(headers["content-type"] ?? "")?.[1];
  return {
    method,
    path: path.toString(),
    body: boundary === undefined ? body : body.replaceAll(boundary, "boundary"),
    type: headers["content-type"]?.replace(boundary ?? "boundary", "boundary"),
    authorization: headers.authorization,
    organization: headers["openai-organization"],
    project: headers["openai-project"],
    beta: headers["openai-beta"],
  };
}

function operationsOf({ log }: Chain): string[] {
  return [...log().matchAll(/"role":"egress","operation":"(\w+)"/g)].map(([, name = ""]) => name);
}

/** A page with its items, without the client in it. */
export async function* all<Item>(pages: AsyncIterable<Item>): AsyncGenerator<Item> {
  yield* pages;
}
