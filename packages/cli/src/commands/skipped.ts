import type { CommandIO } from "../io.js";
import { report } from "../report.js";
import { counted } from "../terminal/quantity.js";

/**
 * Counts refused documents and reports the first ones. The number of reports is limited, because an
 * input may consist of refused documents only.
 */
export class Skipped {
  readonly #io: CommandIO;
  readonly #maxReports: number;
  /** Number of refused documents. */
  count = 0;

  constructor(io: CommandIO, maxReports: number) {
    this.#io = io;
    this.#maxReports = maxReports;
  }

  /** @param problems for each document, the lines that explain what is wrong. */
  tell(problems: readonly (readonly string[])[]): void {
    const shown = problems.slice(0, Math.max(0, this.#maxReports - this.count));
    this.count += problems.length;
    if (shown.length > 0) {
      report(this.#io, shown.flat());
    }
  }

  /** Adds documents to the count without reporting them. */
  add(count: number): void {
    this.count += count;
  }

  /**
   * Returns the last lines of the report: how many documents were not shown, and what happened to
   * the valid ones.
   */
  sumUp(singular: string, others: string): string {
    const hidden = this.count - this.#maxReports;
    const lines = [`${counted(this.count, singular)} skipped, ${others}`];
    if (hidden > 0) {
      lines.unshift(`${counted(hidden, `more refused ${singular}`)}; --max-reports shows more`);
    }
    return lines.join("\n");
  }
}
