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
