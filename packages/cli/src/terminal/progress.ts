import type { CommandIO } from "../io.js";
import { bytes } from "./quantity.js";

/** Shows how far a long job is. */
export interface Progress {
  /** Some more of the input was read. */
  advance(count: number): void;
  /** Removes the bar, so that something else can be written; it comes back by itself. */
  clear(): void;
}

const PATIENCE_MILLISECONDS = 1000;
const REDRAW_MILLISECONDS = 100;
const BAR_WIDTH = 24;

const nothing: Progress = { advance: () => {}, clear: () => {} };

/**
 * A bar on standard error, after the first second, if that is a terminal and nothing
 * else is written there meanwhile.
 *
 * @param total the size of the input; without it, there is no bar.
 */
export async function createProgress(
  { stderr, environment }: CommandIO,
  total: number | undefined,
): Promise<Progress> {
  if (!stderr.isTTY || environment["TERM"] === "dumb" || total === undefined || total === 0) {
    return nothing;
  }
  // Only here, as it takes 20 ms to load, and most runs have no bar.
  const { createLogUpdate } = await import("log-update");
  // The cursor stays: hiding it would need clean-up when the process is killed.
  const draw = createLogUpdate(stderr, { showCursor: true });
  const start = performance.now();
  let drawn = 0;
  let done = 0;
  return {
    advance(count) {
      done = Math.min(done + count, total);
      const now = performance.now();
      if (now - start >= PATIENCE_MILLISECONDS && now - drawn >= REDRAW_MILLISECONDS) {
        drawn = now;
        draw(describe(done, total, now - start));
      }
    },
    clear() {
      draw.clear();
      drawn = 0;
    },
  };
}

function describe(done: number, total: number, milliseconds: number): string {
  const fraction = done / total;
  const filled = Math.round(fraction * BAR_WIDTH);
  const bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
  const percent = `${Math.floor(fraction * 100)} %`.padStart(5);
  const seconds = Math.ceil((milliseconds / 1000) * (1 / fraction - 1));
  return `${bar} ${percent}  ${bytes(done)} of ${bytes(total)}  ${seconds} s left`;
}
