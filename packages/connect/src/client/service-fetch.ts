import { Code } from "@connectrpc/connect";
import { badAnswer } from "./bad-answer.js";
import { isEnveloped, MessageBound } from "./message-bound.js";

type Fetch = typeof globalThis.fetch;

const FIRST_STATUS = 200;
const LAST_STATUS = 599;
/** The status of a redirect that the Fetch API hides from web pages (Fetch, 4.4). */
const HIDDEN_REDIRECT = 0;

/**
 * Returns a function that refuses answers that redirect. Requests have credentials and a body for the
 * service, which other origins must not get. Connect's transports say `redirect: "error"` for this,
 * which workerd refuses.
 *
 * The function throws a ConnectError `unknown` for such an answer.
 */
export function withoutRedirects(fetch: Fetch): Fetch {
  return async (input, init) => {
    const response = await fetch(input, { ...init, redirect: "manual" });
    const { status, body } = response;
    if (status === HIDDEN_REDIRECT || (status >= 300 && status < 400)) {
      body?.cancel().catch(() => {});
      throw badAnswer(
        Code.Unknown,
        "service_redirects",
        `The service redirects, which is not followed: set its final URL (status ${status}).`,
      );
    }
    return response;
  };
}

/**
 * Returns a function whose answers have messages of a limited size. Connect's transports over `fetch`
 * have no limit of their own. Its body fails with a ConnectError `resource_exhausted`.
 *
 * @param maxBytes largest message, or body with a message alone, in bytes.
 */
export function withMaxMessage(fetch: Fetch, maxBytes: number): Fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    const { status, headers } = response;
    const body: ReadableStream<Uint8Array> | null = response.body;
    if (status < FIRST_STATUS || status > LAST_STATUS) {
      body?.cancel().catch(() => {});
      throw badAnswer(
        Code.Unknown,
        "service_status",
        `The service answered with the status ${status}.`,
      );
    }
    if (body === null) {
      return response;
    }
    const bound = new MessageBound(isEnveloped(headers.get("content-type") ?? ""), maxBytes);
    return new Response(bounded(body, bound), { status, headers });
  };
}

function bounded(
  body: ReadableStream<Uint8Array>,
  bound: MessageBound,
): ReadableStream<Uint8Array> {
  const reader = body.getReader();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await reader.read();
        if (done) {
          controller.close();
          return;
        }
        try {
          bound.check(value);
        } catch (error) {
          reader.cancel(error).catch(() => {});
          throw error;
        }
        controller.enqueue(value);
      },
      cancel: (reason) => reader.cancel(reason),
    },
    { highWaterMark: 0 },
  );
}
