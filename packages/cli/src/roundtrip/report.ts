import type { Output } from "../files/output.js";
import type { CommandIO } from "../io.js";
import { counted } from "../terminal/quantity.js";
import { createStyle } from "../terminal/style.js";
import type { RoundtripResult } from "./result.js";
import type { RoundtripTotal } from "./summary.js";
import { formatTable } from "./table.js";

/** Writes the results of a round trip, as many as there may be. */
export interface RoundtripReport {
  add(result: RoundtripResult): Promise<void>;
  /** To be called once, at the end. */
  finish(total: RoundtripTotal): Promise<void>;
}

/** Writes `{"documents": [...], "total": {...}}`, each result as soon as it is there. */
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

/** JSON in lines, those after the first with an indentation. */
function indented(value: unknown, indentation: string): string {
  return JSON.stringify(value, undefined, 2).replaceAll("\n", `\n${indentation}`);
}

/**
 * Writes a table at the end, as its columns are as wide as their widest cell. It keeps the
 * first rows: as many of documents that are equal as of those that are not.
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
