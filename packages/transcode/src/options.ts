import type { Mode } from "@stepwire/openai-json";

/** How a transcoder converts. */
export interface TranscoderOptions {
  /** What JSON is refused. @defaultValue "preserve" */
  readonly mode?: Mode | undefined;
  /** How many levels of arrays and objects a document may have; at most 1,000. @defaultValue 100 */
  readonly maxDepth?: number | undefined;
  /** How many bytes a document may have, in either form. @defaultValue 64 MiB */
  readonly maxBytes?: number | undefined;
  /**
   * How many violations an error lists, in either direction. It lists fewer if their
   * pointers have 1,048,576 UTF-16 code units together. @defaultValue 1,000
   */
  readonly maxViolations?: number | undefined;
  /**
   * What to do about fields of a binary message that the schema does not have:
   * leave them out of the JSON, or refuse the message. @defaultValue "drop"
   */
  readonly unknownFields?: "drop" | "refuse" | undefined;
}

const DEFAULT_MAX_DEPTH = 100;
const LARGEST_MAX_DEPTH = 1000;
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
const DEFAULT_MAX_VIOLATIONS = 1000;
/**
 * Any integer: what does not fit in the kernel's memory, whose offsets have 32 bits, is
 * converted by the reference engine.
 */
const LARGEST_MAX_BYTES = Number.MAX_SAFE_INTEGER;

/** The options with their defaults. */
export interface ResolvedOptions {
  readonly mode: Mode;
  readonly maxDepth: number;
  readonly maxBytes: number;
  readonly maxViolations: number;
  readonly refusesUnknownFields: boolean;
}

export function resolveOptions(options: TranscoderOptions): ResolvedOptions {
  const {
    mode = "preserve",
    maxDepth = DEFAULT_MAX_DEPTH,
    maxBytes = DEFAULT_MAX_BYTES,
    maxViolations = DEFAULT_MAX_VIOLATIONS,
    unknownFields = "drop",
  } = options;
  checkChoice("mode", mode, ["strict", "preserve", "archive"]);
  checkChoice("unknownFields", unknownFields, ["drop", "refuse"]);
  checkLimit("maxDepth", maxDepth, LARGEST_MAX_DEPTH);
  checkLimit("maxBytes", maxBytes, LARGEST_MAX_BYTES);
  checkLimit("maxViolations", maxViolations, Number.MAX_SAFE_INTEGER);
  return {
    mode,
    maxDepth,
    maxBytes,
    maxViolations,
    refusesUnknownFields: unknownFields === "refuse",
  };
}

function checkChoice(name: string, value: string, choices: readonly string[]): void {
  if (!choices.includes(value)) {
    throw new RangeError(
      `${name} is one of ${choices.map((choice) => JSON.stringify(choice)).join(", ")}, not ${JSON.stringify(value)}`,
    );
  }
}

function checkLimit(name: string, limit: number, largest: number): void {
  if (!Number.isInteger(limit) || limit < 1 || limit > largest) {
    throw new RangeError(`${name} is an integer from 1 to ${largest}, not ${limit}`);
  }
}
