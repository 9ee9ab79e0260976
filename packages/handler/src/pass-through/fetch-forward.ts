import { isDecoded } from "../decoded-encodings.js";
import { FetchExchange } from "../fetch-exchange.js";
import { encodingsIn } from "../ingress/upstream-client.js";
import type { Forward, ForwardedRequest } from "./forward.js";
import type { ForwardLimits } from "./forwarder.js";

/** Headers that describe a body as it was sent. */
const OF_ENCODED_BODY: ReadonlySet<string> = new Set(["content-encoding", "content-length"]);

/**
 * Sends requests to a server by `fetch`. Answers whose content-encoding `fetch` decodes come without it;
 * others come as they were sent.
 */
export function createFetchForward(
  baseUrl: string,
  fetch: typeof globalThis.fetch,
  limits: Required<Pick<ForwardLimits, "answerTimeout" | "idleTimeout">>,
): Forward {
  const { origin } = new URL(baseUrl);
  const options = { ...limits, fetch: (url: string, init: RequestInit) => fetch(url, init) };
  return async (request) => {
    const { method, path, body, signal } = request;
    const exchange = new FetchExchange(signal, options);
    const answer = await exchange.send({
      method,
      url: origin + path,
      headers: headersOf(request),
      body,
    });
    const encodings = answer.hasBody ? encodingsIn(answer.headers) : [];
    const hasChanged = encodings.length > 0 && isDecoded(encodings);
    return {
      status: answer.status,
      headers: answer.headers.filter(([name]) => !(hasChanged && OF_ENCODED_BODY.has(name))),
      body: answer.body,
    };
  };
}

function headersOf({ headers, body }: ForwardedRequest): Record<string, string> {
  const { "content-length": length, ...others } = headers;
  return {
    ...others,
    // The body is not passed on as it arrives, so it would be compressed for nothing.
    "accept-encoding": "identity",
    // `fetch` knows the length of other bodies. Runtimes that do not take this header ignore it.
    ...(length !== undefined && isInParts(body) && { "content-length": length }),
  };
}

function isInParts(body: ForwardedRequest["body"]): boolean {
  return typeof body === "object" && body !== null && !(body instanceof Uint8Array);
}
