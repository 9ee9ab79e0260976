import type { ModeName } from "@stepwire/mapping";
import { modeNames, violationKinds } from "@stepwire/mapping/internal";
import type { ViolationCode } from "./violation.js";

/**
 * Selects what is refused. `strict`: everything that the schema does not describe. `preserve`: only
 * missing required members, and known members of another type. `archive`: nothing, if the document
 * is a JSON object. Everything that is not refused is kept.
 */
export type Mode = ModeName;

/** Options for reading JSON. */
export interface DecodeOptions {
  /** @defaultValue "preserve" */
  readonly mode?: Mode | undefined;
  /** Maximum number of nested arrays and objects in a document, at most 1,000. @defaultValue 100 */
  readonly maxDepth?: number | undefined;
  /**
   * Maximum number of violations; reading stops there. It also stops when their pointers together
   * have 1,048,576 UTF-16 code units. @defaultValue 1,000
   */
  readonly maxViolations?: number | undefined;
}

/** Options for reading JSON text. */
export interface ParseOptions extends DecodeOptions {
  /** Maximum size of a text in bytes of UTF-8. @defaultValue 64 MiB */
  readonly maxBytes?: number | undefined;
}

/** Options for writing JSON. */
export interface EncodeOptions {
  /** Maximum number of nested arrays and objects in a document, at most 1,000. @defaultValue 100 */
  readonly maxDepth?: number | undefined;
  /**
   * Maximum number of violations; writing stops there. It also stops when their pointers together
   * have 1,048,576 UTF-16 code units. @defaultValue 1,000
   */
  readonly maxViolations?: number | undefined;
}

/** Options for writing JSON text. */
export interface StringifyOptions extends EncodeOptions {
  /** Number of spaces for each level of indentation, at most 10; 0 writes no white space. @defaultValue 0 */
  readonly space?: number | undefined;
}

const DEFAULT_MAX_DEPTH = 100;
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
const DEFAULT_MAX_VIOLATIONS = 1000;

/** The decoders are recursive; a deeper document could exhaust the stack. */
const LARGEST_MAX_DEPTH = 1000;

const refusedByMode: ReadonlyMap<string, ReadonlySet<ViolationCode>> = new Map(
  modeNames.map((mode) => {
    const refused = violationKinds.filter(({ keptIn }) => !keptIn.includes(mode));
    return [mode, new Set(refused.map(({ name }) => name))];
  }),
);

/**
 * Returns the codes that a mode refuses.
 *
 * @throws {RangeError} if there is no such mode.
 */
export function refusedCodes(mode: Mode = "preserve"): ReadonlySet<ViolationCode> {
  const refused = refusedByMode.get(mode);
  if (refused === undefined) {
    const names = modeNames.map((name) => JSON.stringify(name));
    const choices = `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
    throw new RangeError(`mode is ${choices}, not ${JSON.stringify(mode)}`);
  }
  return refused;
}

export function resolveMaxBytes(maxBytes: number = DEFAULT_MAX_BYTES): number {
  return checkRange("maxBytes", maxBytes, 1, Number.MAX_SAFE_INTEGER);
}

/** The limits for reading or writing a document. */
export interface Limits {
  readonly maxDepth: number;
  readonly maxViolations: number;
}

export function resolveLimits(options: DecodeOptions | EncodeOptions): Limits {
  const { maxDepth = DEFAULT_MAX_DEPTH, maxViolations = DEFAULT_MAX_VIOLATIONS } = options;
  return {
    maxDepth: checkRange("maxDepth", maxDepth, 1, LARGEST_MAX_DEPTH),
    maxViolations: checkRange("maxViolations", maxViolations, 1, Number.MAX_SAFE_INTEGER),
  };
}

function checkRange(name: string, value: number, least: number, largest: number): number {
  if (!Number.isInteger(value) || value < least || value > largest) {
    throw new RangeError(`${name} is an integer from ${least} to ${largest}, not ${value}`);
  }
  return value;
}
