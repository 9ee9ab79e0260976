import type { CommandIO } from "../io.js";
import { report } from "../report.js";
import { counted } from "../terminal/quantity.js";

/**
 * Counts what is refused and skipped, and tells of the first ones. An input may consist of
 * nothing else.
 */
export class Skipped {
  readonly #io: CommandIO;
  readonly #maxReports: number;
  /** How many there are. */
  count = 0;

  constructor(io: CommandIO, maxReports: number) {
    this.#io = io;
    this.#maxReports = maxReports;
  }

  /** @param problems of each, the lines that tell what is wrong with it. */
  tell(problems: readonly (readonly string[])[]): void {
    const shown = problems.slice(0, Math.max(0, this.#maxReports - this.count));
    this.count += problems.length;
    if (shown.length > 0) {
      report(this.#io, shown.flat());
    }
  }

  /** Counts others, of which nothing is told. */
  add(count: number): void {
    this.count += count;
  }

  /** The last lines about them: how many were not shown, and what became of the others. */
  sumUp(singular: string, others: string): string {
    const hidden = this.count - this.#maxReports;
    const lines = [`${counted(this.count, singular)} skipped, ${others}`];
    if (hidden > 0) {
      lines.unshift(`${counted(hidden, `more refused ${singular}`)}; --max-reports shows more`);
    }
    return lines.join("\n");
  }
}
