import { CommandFailure } from "../failure.js";
import type { CommandIO } from "../io.js";
import type { Progress } from "../terminal/progress.js";
import type { OnError } from "./options.js";
import type { PackedOutput } from "./packed-output.js";
import { Skipped } from "./skipped.js";

/** Counts what all inputs of `pack` contribute to its output. */
export class Tally {
  /** The file that is written. */
  readonly packed: PackedOutput;
  readonly #progress: Progress;
  readonly #stops: boolean;
  readonly skipped: Skipped;
  documents = 0;
  /** Number of bytes of text that were read. */
  textBytes = 0;

  constructor(
    io: CommandIO,
    packed: PackedOutput,
    progress: Progress,
    options: { readonly onError: OnError; readonly maxReports: number },
  ) {
    this.packed = packed;
    this.#progress = progress;
    this.#stops = options.onError === "stop";
    this.skipped = new Skipped(io, options.maxReports);
  }

  /** The progress of reading. */
  get progress(): Progress {
    return this.#progress;
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
