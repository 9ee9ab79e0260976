import type { Output } from "../files/output.js";
import type { CommandIO } from "../io.js";
import { printable } from "../terminal/printable.js";
import { counted } from "../terminal/quantity.js";
import { createStyle, type Style } from "../terminal/style.js";
import type { RoundtripResult } from "./result.js";
import { type RoundtripTotal, Sum } from "./summary.js";
import { formatSummary, formatTable } from "./table.js";

/** Writes the results of a round trip, for any number of documents. */
export interface RoundtripReport {
  add(result: RoundtripResult): Promise<void>;
  /** Completes the report. Must be called once. */
  finish(total: RoundtripTotal): Promise<void>;
}

/** Writes `{"documents": [...], "total": {...}}`; each result is written immediately. */
export class JsonReport implements RoundtripReport {
  readonly #output: Output;
  #count = 0;

  constructor(output: Output) {
    this.#output = output;
  }

  async add(result: RoundtripResult): Promise<void> {
    const start = this.#count === 0 ? '{\n  "documents": [\n    ' : ",\n    ";
    this.#count++;
    await this.#write(start + indented(result, "    "));
  }

  async finish(total: RoundtripTotal): Promise<void> {
    const documents = this.#count === 0 ? '{\n  "documents": []' : "\n  ]";
    await this.#write(`${documents},\n  "total": ${indented(total, "  ")}\n}\n`);
  }

  async #write(text: string): Promise<void> {
    await this.#output.write(Buffer.from(text));
  }
}

/** Returns JSON in which all lines except the first are indented. */
function indented(value: unknown, indentation: string): string {
  return JSON.stringify(value, undefined, 2).replaceAll("\n", `\n${indentation}`);
}

/** Up to this number of documents, the table has a row for each. */
const FEW_DOCUMENTS = 50;

/**
 * Writes a table at the end, because the column widths depend on all cells. Only the first results
 * are kept: an equal number of documents that came back unchanged and of those that did not.
 *
 * For more than 50 documents, the table has a row for each type, and the first differences follow,
 * unless the number of rows is given.
 */
export class TableReport implements RoundtripReport {
  readonly #output: Output;
  readonly #io: CommandIO;
  readonly #maxRows: number;
  readonly #hasSummary: boolean;
  readonly #shown: RoundtripResult[] = [];
  readonly #types = new Map<string, Sum>();
  #equal = 0;
  #others = 0;

  /** @param maxRows the number of rows that the user asks for. */
  constructor(output: Output, io: CommandIO, maxRows: number | undefined) {
    this.#output = output;
    this.#io = io;
    this.#maxRows = maxRows ?? FEW_DOCUMENTS;
    this.#hasSummary = maxRows === undefined;
  }

  add(result: RoundtripResult): Promise<void> {
    const same = result.result === "equal" ? this.#equal++ : this.#others++;
    if (same < this.#maxRows) {
      this.#shown.push(result);
    }
    if (this.#hasSummary) {
      const type = result.type ?? NO_TYPE;
      const sum = this.#types.get(type) ?? new Sum();
      this.#types.set(type, sum);
      sum.add(result);
    }
    return Promise.resolve();
  }

  async finish(total: RoundtripTotal): Promise<void> {
    const { stdout, environment } = this.#io;
    const style = createStyle(stdout, environment);
    const width = (stdout.isTTY && stdout.columns) || undefined;
    const lines =
      this.#hasSummary && total.documents > FEW_DOCUMENTS
        ? this.#summarize(total, style, width)
        : this.#list(total, style, width);
    await this.#output.write(Buffer.from(`${lines.join("\n")}\n`));
  }

  #list(total: RoundtripTotal, style: Style, width: number | undefined): string[] {
    const lines = formatTable(this.#shown, total, style, width);
    const hidden = total.documents - this.#shown.length;
    if (hidden > 0) {
      const failed = Math.max(0, this.#others - this.#maxRows);
      const note = `${counted(hidden, "more document")}, ${counted(failed, "of them", "of them")} not equal; --max-rows shows more`;
      lines.splice(-1, 0, style("dim", note));
    }
    return lines;
  }

  #summarize(total: RoundtripTotal, style: Style, width: number | undefined): string[] {
    const types = [...this.#types].map(([type, sum]) => ({ type, ...sum.total }));
    types.sort((one, other) => other.documents - one.documents);
    const problems = this.#shown.flatMap((result) => result.problems ?? []);
    const hidden = this.#others - this.#maxRows;
    return [
      ...formatSummary(types, total, style, width),
      ...problems.map((problem) => style("red", printable(problem))),
      ...(hidden > 0
        ? [style("dim", `${counted(hidden, "more document")} not equal; --max-rows shows more`)]
        : []),
    ];
  }
}

/** Stands for the type of documents that were refused. */
const NO_TYPE = "refused";
