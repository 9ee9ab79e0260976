import { readEvents } from "./events.js";
import type { Probe } from "./probe.js";

/** Whether an answer has as many events as were sent so far. */
export interface Arrivals {
  /** Returns all bytes that have arrived. */
  bytes(): Uint8Array;
  /** Settles when more bytes arrive, or the answer ends. Returns whether more can arrive. */
  more(): Promise<boolean>;
}

/**
 * Sends the chunks of a probe. In a live probe, each event is waited for before the next one is sent,
 * so that it is seen whether the target holds it back.
 *
 * @returns the numbers of the events that did not arrive in time.
 */
export async function sendChunks(
  probe: Probe,
  write: (chunk: Uint8Array) => Promise<void>,
  arrivals: Arrivals,
  patience: number,
): Promise<number[]> {
  const delayed: number[] = [];
  for (const [index, chunk] of probe.chunks.entries()) {
    await write(chunk);
    const isLast = index === probe.chunks.length - 1;
    if (probe.isLive && !isLast && !(await hasArrived(arrivals, index + 1, patience))) {
      delayed.push(index);
    }
    // Chunks that are written at once would arrive as one.
    await new Promise((resolve) => setTimeout(resolve, isLast ? 0 : 1));
  }
  if (probe.isCut && probe.complete !== undefined) {
    // What is on its way when a connection is cut may be lost; that is nobody's fault.
    await hasArrived(arrivals, readEvents(probe.complete).length, patience);
  }
  return delayed;
}

async function hasArrived(arrivals: Arrivals, count: number, patience: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<"late">((resolve) => {
    timer = setTimeout(() => resolve("late"), patience);
  });
  try {
    for (;;) {
      if (readEvents(arrivals.bytes()).length >= count) {
        return true;
      }
      const event = await Promise.race([arrivals.more(), timeout]);
      if (event === "late" || !event) {
        return readEvents(arrivals.bytes()).length >= count;
      }
    }
  } finally {
    clearTimeout(timer);
  }
}

/** Wakes those who wait for more bytes. */
export class Bell {
  #ring: (() => void) | undefined;
  #rung = Promise.resolve();
  #ended = false;

  constructor() {
    this.#reset();
  }

  #reset(): void {
    this.#rung = new Promise((resolve) => {
      this.#ring = resolve;
    });
  }

  /** Wakes all who wait. */
  ring(): void {
    const ring = this.#ring;
    if (!this.#ended) {
      this.#reset();
    }
    ring?.();
  }

  /** Wakes all who wait; nobody waits after that. */
  end(): void {
    this.#ended = true;
    this.#ring?.();
  }

  /** Settles at the next ring, or at the end. Returns whether there can be another ring. */
  async wait(): Promise<boolean> {
    await this.#rung;
    return !this.#ended;
  }
}
