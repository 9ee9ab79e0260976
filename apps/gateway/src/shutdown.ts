import { setTimeout as delay } from "node:timers/promises";

/** A running gateway of either role. */
export interface RunningGateway {
  /** URL of the gateway, such as `http://127.0.0.1:8080`. */
  readonly url: string;
  /**
   * Refuses new requests and waits for streams to end, for at most the grace period (milliseconds).
   * Then ends the remaining streams with an error and closes all connections.
   */
  close(grace?: number): Promise<void>;
}

/** Maximum time for closing after all streams were told to end, in milliseconds. */
const CLOSING_GRACE = 2000;

/**
 * Waits until something is closed, or until `CLOSING_GRACE` has passed.
 *
 * The timer also keeps the process alive. Without it, if nothing else keeps the event loop running,
 * Node would end the process with a special exit code while the main module still waits.
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
