import type { Output } from "../files/output.js";
import type { CommandIO } from "../io.js";
import { counted } from "../terminal/quantity.js";
import { createStyle } from "../terminal/style.js";
import type { RoundtripResult } from "./result.js";
import type { RoundtripTotal } from "./summary.js";
import { formatTable } from "./table.js";

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

/**
 * Writes a table at the end, because the column widths depend on all cells. Only the first rows are
 * kept: an equal number of documents that came back unchanged and of those that did not.
 */
export class TableReport implements RoundtripReport {
  readonly #output: Output;
  readonly #io: CommandIO;
  readonly #maxRows: number;
  readonly #shown: RoundtripResult[] = [];
  #equal = 0;
  #others = 0;

  constructor(output: Output, io: CommandIO, maxRows: number) {
    this.#output = output;
    this.#io = io;
    this.#maxRows = maxRows;
  }

  add(result: RoundtripResult): Promise<void> {
    const same = result.result === "equal" ? this.#equal++ : this.#others++;
    if (same < this.#maxRows) {
      this.#shown.push(result);
    }
    return Promise.resolve();
  }

  async finish(total: RoundtripTotal): Promise<void> {
    const { stdout, environment } = this.#io;
    const style = createStyle(stdout, environment);
    const width = (stdout.isTTY && stdout.columns) || undefined;
    const lines = formatTable(this.#shown, total, style, width);
    const hidden = total.documents - this.#shown.length;
    if (hidden > 0) {
      const failed = Math.max(0, this.#others - this.#maxRows);
      const note = `${counted(hidden, "more document")}, ${counted(failed, "of them", "of them")} not equal; --max-rows shows more`;
      lines.splice(-1, 0, style("dim", note));
    }
    await this.#output.write(Buffer.from(`${lines.join("\n")}\n`));
  }
}
