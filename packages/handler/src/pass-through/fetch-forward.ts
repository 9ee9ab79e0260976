import { FetchExchange } from "../fetch-exchange.js";
import type { Forward } from "./forward.js";
import type { ForwardLimits } from "./forwarder.js";

/** Headers that describe a body as it was sent. `fetch` has decoded it. */
const OF_ENCODED_BODY: ReadonlySet<string> = new Set(["content-encoding", "content-length"]);

/** Sends requests to a server by `fetch`. Answers come without a content-encoding. */
export function createFetchForward(
  baseUrl: string,
  fetch: typeof globalThis.fetch,
  limits: Required<Pick<ForwardLimits, "answerTimeout" | "idleTimeout">>,
): Forward {
  const { origin } = new URL(baseUrl);
  const options = { ...limits, fetch: (url: string, init: RequestInit) => fetch(url, init) };
  return async ({ method, path, headers: given, body, signal }) => {
    const { "content-length": _, ...sent } = given;
    // The body is not passed on as it arrives, so it would be compressed for nothing.
    const headers = { ...sent, "accept-encoding": "identity" };
    const exchange = new FetchExchange(signal, options);
    const answer = await exchange.send({ method, url: origin + path, headers, body });
    const isEncoded =
      answer.hasBody && answer.headers.some(([name]) => name === "content-encoding");
    return {
      status: answer.status,
      headers: answer.headers.filter(([name]) => !(isEncoded && OF_ENCODED_BODY.has(name))),
      body: answer.body,
    };
  };
}
