/** Why an import was refused. */
export type ImportErrorCode =
  | "not_a_document"
  | "too_large"
  | "too_deep"
  | "unresolved_reference"
  | "remote_reference"
  | "circular_all_of"
  | "contradiction"
  | "ambiguous_name"
  | "invalid_name"
  | "unknown_root"
  | "invalid_config"
  | "invalid_lock";

/** One mistake in the document, the config or the lock file. */
export interface ImportMistake {
  readonly code: ImportErrorCode;
  /** The JSON Pointer (RFC 6901) of the mistake in the file that it is in. */
  readonly pointer: string;
  readonly expected: string;
  readonly found: string;
}

/** Notes a mistake; the import goes on, to find all of them. */
export type ReportMistake = (mistake: ImportMistake) => void;

/** How many mistakes the message of an error lists. */
const MAX_LINES = 100;

/** An import that was refused, with all mistakes that were found. The message lists the first 100. */
export class ImportError extends Error {
  readonly mistakes: readonly ImportMistake[];

  constructor(mistakes: readonly ImportMistake[]) {
    const lines = mistakes
      .slice(0, MAX_LINES)
      .map(
        ({ code, pointer, expected, found }) =>
          `${pointer || "the file"}: ${code}: expected ${expected}, found ${found}`,
      );
    const others = mistakes.length - lines.length;
    super([...lines, ...(others > 0 ? [`and ${others} more`] : [])].join("\n"));
    this.name = "ImportError";
    this.mistakes = mistakes;
  }
}
