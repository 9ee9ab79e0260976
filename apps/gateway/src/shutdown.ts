import { setTimeout as delay } from "node:timers/promises";

/** A running gateway of either role. */
export interface RunningGateway {
  /** Such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /**
   * Turns new requests away, lets streams come to their end for as long as the grace
   * lasts, then ends them with an error, and closes all connections.
   */
  close(grace?: number): Promise<void>;
}

const INTERVAL = 20;

/** Waits until nothing is under way, or the time is over. */
export async function untilIdle(active: () => number, grace: number): Promise<void> {
  const until = performance.now() + grace;
  while (active() > 0 && performance.now() < until) {
    await delay(INTERVAL);
  }
}

/** How long closing may take once everything has been told to end. */
const CLOSING_GRACE = 2000;

/**
 * Waits until something is closed, or the time is over.
 *
 * Its timer also keeps the process alive: what is waited for may hold nothing that does,
 * and Node ends a process of which the main module still waits with an exit code of its own.
 */
export async function untilClosed(closing: PromiseLike<unknown>): Promise<void> {
  const over = new AbortController();
  const timer = delay(CLOSING_GRACE, undefined, { signal: over.signal }).catch(() => {});
  try {
    await Promise.race([closing, timer]);
  } finally {
    over.abort();
  }
}
