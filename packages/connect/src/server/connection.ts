import type { ServerResponse } from "node:http";
import type { Http2ServerResponse } from "node:http2";
import { type ContextKey, createContextKey } from "@connectrpc/connect";

/** How a call's implementation ends the connection, or the stream of HTTP/2, beneath it. */
export interface CallConnection {
  /** Ends it unless the caller reads the rest of the response in a short time. */
  endSoon(): void;
}

/** The context value with a call's connection; undefined where the server is not Node's. */
export const connectionKey: ContextKey<CallConnection | undefined> = createContextKey<
  CallConnection | undefined
>(undefined, { description: "connection of the call" });

/** How long a caller may take to read the rest of a response, in milliseconds. */
const GRACE = 1000;

/**
 * The connection of a response. Connect writes to it by waiting until the caller has read,
 * without a look at the deadline of the call: only its end stops that.
 */
export function connectionOf(response: ServerResponse | Http2ServerResponse): CallConnection {
  let timer: NodeJS.Timeout | undefined;
  return {
    endSoon: () => {
      if (timer === undefined && !response.writableFinished) {
        timer = setTimeout(() => response.destroy(), GRACE).unref();
        response.once("close", () => clearTimeout(timer));
      }
    },
  };
}
