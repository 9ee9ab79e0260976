import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { constants, type IncomingHttpHeaders } from "node:http2";
import { request as requestHttps } from "node:https";
import type { Readable } from "node:stream";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Http2SessionManager } from "@connectrpc/connect-node";
import type { Header } from "../headers.js";
import { ChunkQueue } from "./chunk-queue.js";

/** A request with the method POST. */
export interface PostRequest {
  /** The path of the rpc, with a slash at its start. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly signal: AbortSignal;
}

/** An answer whose body is still arriving. */
export interface PostAnswer {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: ChunkQueue;
}

/** Sends a request. Settles when the answer has begun. */
export type Post = (request: PostRequest) => Promise<PostAnswer>;

/**
 * Sends requests over HTTP/1.1, each on its own connection: a kept connection may just be closed by
 * the server, and a request that starts a run must not be sent twice.
 */
export function postHttp1(baseUrl: string): Post {
  const base = new URL(baseUrl);
  const send = base.protocol === "https:" ? requestHttps : requestHttp;
  const prefix = base.pathname.replace(/\/+$/, "");
  return ({ path, headers, body, signal }) =>
    new Promise((resolve, reject) => {
      const outgoing: ClientRequest = send(new URL(prefix + path, base), {
        method: "POST",
        headers: { ...headers, "content-length": String(body.length) },
        agent: false,
      });
      const cancel = (): void => {
        outgoing.destroy();
      };
      const abort = onAbort(signal, cancel, reject);
      outgoing.on("error", (error) => {
        abort.stop();
        reject(error);
      });
      outgoing.on("response", (incoming: IncomingMessage) => {
        resolve({
          status: incoming.statusCode ?? 0,
          headers: toHeaders(incoming.headers),
          body: queueOf(incoming, cancel, abort),
        });
      });
      outgoing.end(body);
    });
}

/** Sends requests over HTTP/2, on connections that all calls share. */
export function postHttp2(baseUrl: string, sessions: Http2SessionManager): Post {
  const prefix = new URL(baseUrl).pathname.replace(/\/+$/, "");
  return async ({ path, headers, body, signal }) => {
    const stream = await sessions.request("POST", prefix + path, { ...headers }, {});
    return await new Promise((resolve, reject) => {
      const cancel = (): void => stream.close(constants.NGHTTP2_CANCEL);
      const abort = onAbort(signal, cancel, reject);
      stream.on("error", (error) => {
        abort.stop();
        reject(error);
      });
      stream.once("close", () => {
        abort.stop();
        reject(new ConnectError("the connection to the service broke", Code.Unavailable));
      });
      stream.on("data", () => sessions.notifyResponseByteRead(stream));
      stream.pause();
      stream.once("response", (incoming) => {
        resolve({
          status: Number(incoming[":status"]),
          headers: toHeaders(incoming),
          body: queueOf(stream, cancel, abort),
        });
      });
      stream.end(body);
    });
  };
}

/** Listens for the end of a call by its caller. */
interface AbortListener {
  readonly signal: AbortSignal;
  stop(): void;
}

function onAbort(
  signal: AbortSignal,
  cancel: () => void,
  reject: (reason: unknown) => void,
): AbortListener {
  const abort = (): void => {
    reject(signal.reason);
    cancel();
  };
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) {
    abort();
  }
  return { signal, stop: () => signal.removeEventListener("abort", abort) };
}

function queueOf(body: Readable, cancel: () => void, { signal, stop }: AbortListener): ChunkQueue {
  const queue = new ChunkQueue(body, cancel);
  const abort = (): void => queue.fail(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  body.once("close", () => {
    stop();
    signal.removeEventListener("abort", abort);
  });
  return queue;
}

/** Returns the headers in the order in which they arrived. */
function toHeaders(incoming: IncomingHttpHeaders): Header[] {
  return Object.entries(incoming).flatMap(([name, value]) =>
    name.startsWith(":") || value === undefined
      ? []
      : [value].flat().map((each): Header => [name, each]),
  );
}
