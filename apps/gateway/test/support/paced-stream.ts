import type { ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import { streamHeaders } from "./upstream.js";

/** Number of events that are sent before the client has reached them. */
const AHEAD = 10;

/**
 * A stream that is only a few events ahead of its client. However slow the machine is, the stream
 * has not ended when the client is in the middle of it.
 */
export class PacedStream {
  readonly #events: readonly string[];
  #reached = 0;

  constructor(events: readonly string[]) {
    this.#events = events;
  }

  /** Tells how many events the client has received. */
  reached(count: number): void {
    this.#reached = count;
  }

  /** Answers with the stream. Stops when the connection breaks. */
  async send(response: ServerResponse): Promise<void> {
    response.writeHead(200, streamHeaders);
    for (const [index, event] of this.#events.entries()) {
      while (index >= this.#reached + AHEAD && !response.destroyed) {
        await delay(5);
      }
      response.write(event);
    }
    response.end();
  }
}
