import { type ContextKey, createContextKey } from "@connectrpc/connect";
import { startBackgroundTimer, type Timer } from "../timer.js";
import type { ResponseSink } from "./response-sink.js";

/** Lets the implementation of a call end its connection, or its HTTP/2 stream. */
export interface CallConnection {
  /** Ends the connection unless the caller reads the rest of the response within `GRACE`. */
  endSoon(): void;
}

/** Context key for the connection of a call; undefined if its handler sets none. */
export const connectionKey: ContextKey<CallConnection | undefined> = createContextKey<
  CallConnection | undefined
>(undefined, { description: "connection of the call" });

/** How long a caller may take to read the rest of a response, in milliseconds. */
const GRACE = 1000;

/**
 * Returns the connection of an answer. While Connect waits for a caller that does not read, it
 * ignores the deadline of the call; only ending the connection stops that wait.
 */
export function connectionOf(sink: ResponseSink): CallConnection {
  let timer: Timer | undefined;
  return {
    endSoon: () => {
      if (timer === undefined && !sink.isFinished) {
        timer = startBackgroundTimer(() => sink.destroy(), GRACE);
        sink.onGone(() => clearTimeout(timer));
      }
    },
  };
}
