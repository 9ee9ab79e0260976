import { shellWord } from "./hints/shell-word.js";
import type { CommandIO } from "./io.js";
import { printable } from "./terminal/printable.js";
import { createStyle } from "./terminal/style.js";

/**
 * Writes lines to standard error. Command lines in them name the program as the user does, if the
 * environment says how: `STEPWIRE_PROGRAM`, which `./stepwire` of the repository sets.
 */
export function report({ stderr, environment }: CommandIO, lines: readonly string[]): void {
  const style = createStyle(stderr, environment);
  const name = style("red", "stepwire:");
  const program = shellWord(environment["STEPWIRE_PROGRAM"] || "stepwire");
  const named = lines.map((line) =>
    line.startsWith("try: ") ? line.replaceAll(COMMAND, () => program) : line,
  );
  stderr.write(named.map((line) => `${name} ${printable(line)}\n`).join(""));
}

/** The name of the program where a shell expects a command. */
const COMMAND = /(?<=^try: |\| |&& )stepwire(?= )/g;

/** Writes a remark to standard error if it is a terminal; scripts use the exit code. */
export function remark({ stderr }: CommandIO, text: string): void {
  if (stderr.isTTY) {
    stderr.write(`${printable(text)}\n`);
  }
}
