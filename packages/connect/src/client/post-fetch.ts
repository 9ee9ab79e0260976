import { ChunkQueue } from "./chunk-queue.js";
import type { Post } from "./post.js";

/**
 * Sends requests by fetch, so also in browsers.
 *
 * @param fetch must not follow redirects: the request has credentials for the service.
 */
export function postFetch(baseUrl: string, fetch: typeof globalThis.fetch): Post {
  const prefix = baseUrl.replace(/\/+$/, "");
  return async ({ path, headers, body, signal }) => {
    // Browsers set this header themselves, and do not allow others to set it.
    const { "accept-encoding": _, ...sent } = headers;
    const response = await fetch(prefix + path, {
      method: "POST",
      headers: sent,
      // `fetch` takes no bytes of a shared buffer; messages are never in one.
      body: body as Uint8Array<ArrayBuffer>,
      signal,
    });
    const received = new Headers(response.headers);
    // The body is decompressed already.
    received.delete("content-encoding");
    return { status: response.status, headers: received, body: readAll(response.body) };
  };
}

/** Reads a body as fast as the reader of the queue. */
function readAll(body: ReadableStream<Uint8Array> | null): ChunkQueue {
  const reader = body?.getReader();
  let isPaused = false;
  const queue = new ChunkQueue({
    pause: () => {
      isPaused = true;
    },
    resume: () => {
      isPaused = false;
      void read();
    },
    cancel: () => {
      reader?.cancel().catch(() => {});
    },
  });
  let isReading = false;
  const read = async (): Promise<void> => {
    if (isReading) {
      return;
    }
    isReading = true;
    try {
      while (!isPaused) {
        const chunk = await reader?.read();
        if (chunk?.value === undefined) {
          queue.end();
          return;
        }
        queue.push(chunk.value);
      }
    } catch (reason) {
      queue.fail(reason);
    } finally {
      isReading = false;
    }
  };
  void read();
  return queue;
}
