import { CommandFailure } from "../failure.js";
import type { Output } from "../files/output.js";
import type { CommandIO } from "../io.js";
import type { Progress } from "../terminal/progress.js";
import type { OnError } from "./options.js";
import { Skipped } from "./skipped.js";

/** Writes the archive of `pack`, and counts what all inputs contribute to it. */
export class Tally {
  readonly #output: Output;
  readonly #progress: Progress;
  readonly #stops: boolean;
  readonly skipped: Skipped;
  documents = 0;
  /** Number of bytes of text that were read. */
  textBytes = 0;
  packedBytes = 0;

  constructor(
    io: CommandIO,
    output: Output,
    progress: Progress,
    options: { readonly onError: OnError; readonly maxReports: number },
  ) {
    this.#output = output;
    this.#progress = progress;
    this.#stops = options.onError === "stop";
    this.skipped = new Skipped(io, options.maxReports);
  }

  /** Where the archive is written, for callers that write parts of it themselves. */
  get output(): Output {
    return this.#output;
  }

  /** The progress of reading. */
  get progress(): Progress {
    return this.#progress;
  }

  /** Writes a part of the archive. */
  async write(bytes: Uint8Array): Promise<void> {
    this.packedBytes += bytes.length;
    await this.#output.write(bytes);
  }

  /**
   * Reports refused documents.
   *
   * @param problems for each document, the lines that explain what is wrong.
   * @throws {CommandFailure} about the first one, unless they are to be skipped.
   */
  refuse(problems: readonly (readonly string[])[]): void {
    const [first] = problems;
    if (first === undefined) {
      return;
    }
    if (this.#stops) {
      throw new CommandFailure(first.join("\n"));
    }
    this.#progress.clear();
    this.skipped.tell(problems);
  }
}
