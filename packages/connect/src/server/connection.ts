import type { ServerResponse } from "node:http";
import type { Http2ServerResponse } from "node:http2";
import { type ContextKey, createContextKey } from "@connectrpc/connect";

/** Lets the implementation of a call end its connection, or its HTTP/2 stream. */
export interface CallConnection {
  /** Ends the connection unless the caller reads the rest of the response within `GRACE`. */
  endSoon(): void;
}

/** Context key for the connection of a call; the value is undefined if the server is not Node's. */
export const connectionKey: ContextKey<CallConnection | undefined> = createContextKey<
  CallConnection | undefined
>(undefined, { description: "connection of the call" });

/** How long a caller may take to read the rest of a response, in milliseconds. */
const GRACE = 1000;

/**
 * Returns the connection of a response. While Connect waits for a caller that does not read, it
 * ignores the deadline of the call; only ending the connection stops that wait.
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
