import type { CommandIO } from "./io.js";
import { printable } from "./terminal/printable.js";
import { createStyle } from "./terminal/style.js";

/** Writes lines to standard error. */
export function report({ stderr, environment }: CommandIO, lines: readonly string[]): void {
  const style = createStyle(stderr, environment);
  const name = style("red", "stepwire:");
  stderr.write(lines.map((line) => `${name} ${printable(line)}\n`).join(""));
}

/** Writes a remark to standard error if it is a terminal; scripts use the exit code. */
export function remark({ stderr }: CommandIO, text: string): void {
  if (stderr.isTTY) {
    stderr.write(`${printable(text)}\n`);
  }
}
