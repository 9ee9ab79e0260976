import { constants } from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import type { Http2SessionManager } from "@connectrpc/connect-node";
import { NodeHeaders } from "../headers.js";
import { ChunkQueue } from "./chunk-queue.js";
import type { Post } from "./post.js";

/** Sends requests over HTTP/2, on connections that all calls share. */
export function postHttp2(baseUrl: string, sessions: Http2SessionManager): Post {
  const prefix = new URL(baseUrl).pathname.replace(/\/+$/, "");
  return async ({ path, headers, body, signal }) => {
    const stream = await sessions.request("POST", prefix + path, { ...headers }, {});
    return await new Promise((resolve, reject) => {
      const cancel = (): void => stream.close(constants.NGHTTP2_CANCEL);
      const queue = new ChunkQueue({
        pause: () => stream.pause(),
        resume: () => stream.resume(),
        cancel,
      });
      const fail = (reason: unknown): void => {
        reject(reason);
        queue.fail(reason);
      };
      const abort = (): void => {
        fail(signal.reason);
        cancel();
      };
      stream.on("data", (chunk: Buffer) => {
        sessions.notifyResponseByteRead(stream);
        queue.push(chunk);
      });
      stream.once("response", (incoming) => {
        const status = Number(incoming[":status"]);
        resolve({ status, headers: new NodeHeaders(incoming), body: queue });
      });
      stream.once("end", () => queue.end());
      stream.on("error", fail);
      stream.once("close", () => {
        signal.removeEventListener("abort", abort);
        // A stream that its server resets has an end, but no error.
        fail(new ConnectError("the connection to the service broke", Code.Unavailable));
      });
      signal.addEventListener("abort", abort, { once: true });
      if (signal.aborted) {
        abort();
      }
      stream.end(body);
    });
  };
}
