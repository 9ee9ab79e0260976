import type { CommandIO } from "../io.js";
import { bytes } from "./quantity.js";

/** Shows the progress of a long task. */
export interface Progress {
  /** Reports that more of the input was read. */
  advance(count: number): void;
  /** Removes the bar so that other text can be written. The next update draws it again. */
  clear(): void;
}

const PATIENCE_MILLISECONDS = 1000;
const REDRAW_MILLISECONDS = 100;
const BAR_WIDTH = 24;

const nothing: Progress = { advance: () => {}, clear: () => {} };

/**
 * Creates a progress bar on standard error. It appears after one second, if standard error is a
 * terminal. Call `clear` before writing other text there.
 *
 * @param total the size of the input; without it, no bar is shown.
 * @param show formats a part of it; by default as a number of bytes.
 */
export async function createProgress(
  { stderr, environment }: CommandIO,
  total: number | undefined,
  show: (count: number) => string = bytes,
): Promise<Progress> {
  if (!stderr.isTTY || environment["TERM"] === "dumb" || total === undefined || total === 0) {
    return nothing;
  }
  // Imported only when needed, because loading takes 20 ms and most runs show no bar.
  const { createLogUpdate } = await import("log-update");
  // The cursor stays visible: if it were hidden, a killed process could not show it again.
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
        draw(describe(done, total, now - start, show));
      }
    },
    clear() {
      draw.clear();
      drawn = 0;
    },
  };
}

function describe(
  done: number,
  total: number,
  milliseconds: number,
  show: (count: number) => string,
): string {
  const fraction = done / total;
  const filled = Math.round(fraction * BAR_WIDTH);
  const bar = "█".repeat(filled) + "░".repeat(BAR_WIDTH - filled);
  const percent = `${Math.floor(fraction * 100)} %`.padStart(5);
  const seconds = Math.ceil((milliseconds / 1000) * (1 / fraction - 1));
  return `${bar} ${percent}  ${show(done)} of ${show(total)}  ${seconds} s left`;
}
