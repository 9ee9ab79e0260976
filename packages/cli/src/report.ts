import type { CommandIO } from "./io.js";
import { printable } from "./terminal/printable.js";
import { createStyle } from "./terminal/style.js";

/** Tells the user something on standard error, each line by itself. */
export function report({ stderr, environment }: CommandIO, lines: readonly string[]): void {
  const style = createStyle(stderr, environment);
  const name = style("red", "stepwire:");
  stderr.write(lines.map((line) => `${name} ${printable(line)}\n`).join(""));
}

/** Tells how it went, but only people: a script has the exit code. */
export function remark({ stderr }: CommandIO, text: string): void {
  if (stderr.isTTY) {
    stderr.write(`${printable(text)}\n`);
  }
}
