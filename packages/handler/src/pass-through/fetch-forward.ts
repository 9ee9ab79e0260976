import { startTimer } from "@stepwire/connect/internal";
import type { Header } from "@stepwire/connect/web";
import type { Forward } from "./forward.js";
import { ForwardTimeout } from "./forward.js";
import type { ForwardLimits } from "./forwarder.js";

/** Headers that describe a body as it was sent. `fetch` has decoded it. */
const OF_ENCODED_BODY: ReadonlySet<string> = new Set(["content-encoding", "content-length"]);

/** Sends requests to a server by `fetch`. Answers come without a content-encoding. */
export function createFetchForward(
  baseUrl: string,
  fetch: typeof globalThis.fetch,
  { answerTimeout, idleTimeout }: Required<Pick<ForwardLimits, "answerTimeout" | "idleTimeout">>,
): Forward {
  const { origin } = new URL(baseUrl);
  return async ({ method, path, headers, body, signal }) => {
    const patience = new Patience(signal);
    const { "content-length": _, ...sent } = headers;
    const init: RequestInit & { duplex?: "half" } = {
      method,
      // The body is not passed on as it arrives, so it would be compressed for nothing.
      headers: { ...sent, "accept-encoding": "identity" },
      redirect: "manual",
      signal: patience.signal,
      ...(body !== null && { body: toBody(body), duplex: "half" }),
    };
    const response = await patience.wait(fetch(origin + path, init), answerTimeout);
    const isEncoded = response.headers.has("content-encoding") && response.body !== null;
    const received = [...response.headers].filter(
      ([name]) => !(isEncoded && OF_ENCODED_BODY.has(name)),
    );
    return {
      status: response.status,
      headers: received satisfies Header[],
      body: read(response.body, patience, idleTimeout),
    };
  };
}

/** The time limits of one request. */
class Patience {
  readonly #controller = new AbortController();
  readonly signal: AbortSignal;

  constructor(signal: AbortSignal) {
    this.signal = AbortSignal.any([signal, this.#controller.signal]);
  }

  /** Waits for a step of the request, and ends the request if it takes too long. */
  wait<Value>(step: Promise<Value>, milliseconds: number): Promise<Value> {
    return new Promise((resolve, reject) => {
      const { signal } = this;
      const abort = (): void => reject(signal.reason);
      const timer = startTimer(
        () => this.#controller.abort(new ForwardTimeout("the server took too long")),
        milliseconds,
      );
      const stop = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", abort);
      };
      signal.addEventListener("abort", abort);
      if (signal.aborted) {
        abort();
      }
      step.then(resolve, reject).finally(stop);
    });
  }

  end(): void {
    this.#controller.abort(new Error("the rest of the answer is not wanted"));
  }
}

/** Reads a body. Ends its request if the reader stops early. */
function read(
  body: ReadableStream<Uint8Array> | null,
  patience: Patience,
  idleTimeout: number,
): AsyncIterableIterator<Uint8Array, undefined> {
  const reader = body?.getReader();
  let isWhole = reader === undefined;
  const iterator: AsyncIterableIterator<Uint8Array, undefined> = {
    next: async () => {
      const part = reader && (await patience.wait(reader.read(), idleTimeout));
      if (part === undefined || part.done) {
        isWhole = true;
        return { done: true, value: undefined };
      }
      return { done: false, value: part.value };
    },
    return: async () => {
      if (!isWhole) {
        isWhole = true;
        patience.end();
        reader?.cancel().catch(() => {});
      }
      return await Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]: () => iterator,
  };
  return iterator;
}

function toBody(
  body: AsyncIterable<Uint8Array> | Uint8Array | string,
): NonNullable<RequestInit["body"]> {
  if (typeof body === "string") {
    return body;
  }
  if (body instanceof Uint8Array) {
    // `fetch` takes no bytes of a shared buffer; requests are never in one.
    return body as Uint8Array<ArrayBuffer>;
  }
  const iterator = body[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const { done, value } = await iterator.next();
        if (done === true) {
          controller.close();
        } else {
          controller.enqueue(value);
        }
      },
      cancel: async () => {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
