import { modeNames } from "@stepwire/mapping/internal";
import type { Mode } from "@stepwire/openai-json";

/** Options of a transcoder. */
export interface TranscoderOptions {
  /** Which JSON is refused. @defaultValue "preserve" */
  readonly mode?: Mode | undefined;
  /** The deepest nesting of arrays and objects in a document; at most 1,000. @defaultValue 100 */
  readonly maxDepth?: number | undefined;
  /** The largest size of a document in bytes, in either form. @defaultValue 64 MiB */
  readonly maxBytes?: number | undefined;
  /**
   * The largest number of violations in an error, in either direction. An error lists fewer if
   * their pointers together have 1,048,576 UTF-16 code units. @defaultValue 1,000
   */
  readonly maxViolations?: number | undefined;
  /**
   * Whether unknown fields of a binary message are left out of the JSON, or make it an error.
   * @defaultValue "drop"
   */
  readonly unknownFields?: "drop" | "refuse" | undefined;
  /**
   * The table of an earlier transcoder for the same message type, from its `lineKernel()`. It saves
   * compiling the table: 40 ms for a large schema. It must be of the same version of this package
   * and of the schema; a program may keep it in a file that its build writes.
   */
  readonly table?: Uint8Array | undefined;
}

const DEFAULT_MAX_DEPTH = 100;
const LARGEST_MAX_DEPTH = 1000;
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
const DEFAULT_MAX_VIOLATIONS = 1000;
/**
 * Any safe integer: the reference engine converts documents that do not fit into the kernel's
 * memory, which has 32-bit addresses.
 */
const LARGEST_MAX_BYTES = Number.MAX_SAFE_INTEGER;

/** Options with all defaults filled in. */
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
  checkChoice("mode", mode, modeNames);
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
