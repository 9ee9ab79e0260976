import { Agent, type Dispatcher } from "undici";
import { NodeHeaders } from "../headers.js";
import { ChunkQueue } from "./chunk-queue.js";
import type { Post } from "./post.js";

/**
 * Time for which a connection without a request is kept, in milliseconds. Servers and proxies keep
 * it for longer, so it is not closed by the other side while a request is sent. If it is, the call
 * fails: a request that starts a run must not be sent twice.
 */
const KEEP_ALIVE = 1000;

/**
 * The same for a server that says how long it keeps connections, such as Node's. undici closes them
 * two seconds earlier.
 */
const LONGEST_KEEP_ALIVE = 30_000;

/** Sends requests over HTTP/1.1. Requests that follow each other soon share connections. */
export function postHttp1(baseUrl: string): Post {
  const { origin, pathname } = new URL(baseUrl);
  const prefix = pathname.replace(/\/+$/, "");
  // The deadline of a call is the only limit: streams may be silent for long.
  const agent = new Agent({
    allowH2: false,
    connect: { timeout: 0 },
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: KEEP_ALIVE,
    keepAliveMaxTimeout: LONGEST_KEEP_ALIVE,
  });
  return ({ path, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      let queue: ChunkQueue | undefined;
      let sending: Dispatcher.DispatchController | undefined;
      const abort = (): void => {
        reject(signal.reason);
        queue?.fail(signal.reason);
        sending?.abort(toError(signal.reason));
      };
      const stop = (): void => signal.removeEventListener("abort", abort);
      if (signal.aborted) {
        abort();
        return;
      }
      signal.addEventListener("abort", abort, { once: true });
      agent.dispatch(
        { origin, path: prefix + path, method: "POST", headers, body },
        {
          onRequestStart: (controller) => {
            sending = controller;
            if (signal.aborted) {
              abort();
            }
          },
          onResponseStart: (controller, status, received) => {
            if (status < 200) {
              return;
            }
            queue = new ChunkQueue({
              pause: () => controller.pause(),
              resume: () => controller.resume(),
              cancel: () => {
                stop();
                controller.abort(CANCELED);
              },
            });
            resolve({ status, headers: new NodeHeaders(received), body: queue });
          },
          onResponseData: (_controller, chunk) => queue?.push(chunk),
          onResponseEnd: () => {
            stop();
            queue?.end();
          },
          onResponseError: (_controller, error) => {
            stop();
            queue?.fail(error);
            reject(error);
          },
        },
      );
    });
}

const CANCELED = new Error("the rest of the answer is not needed");

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error("aborted");
}
