import { type ModeName, modeNames, violationKinds } from "@stepwire/mapping";
import type { ViolationCode } from "./violation.js";

/**
 * What is refused. `strict`: all that the schema does not know. `preserve`: only
 * missing required members and known members of another type. `archive`: nothing
 * that is a JSON object. What is not refused is kept.
 */
export type Mode = ModeName;

/** How JSON is read. */
export interface DecodeOptions {
  /** @defaultValue "preserve" */
  readonly mode?: Mode | undefined;
  /** How many levels of arrays and objects a document may have; at most 1,000. @defaultValue 100 */
  readonly maxDepth?: number | undefined;
  /**
   * How many violations are gathered before the reading ends. It also ends when their
   * pointers have 1,048,576 UTF-16 code units together. @defaultValue 1,000
   */
  readonly maxViolations?: number | undefined;
}

/** How JSON text is read. */
export interface ParseOptions extends DecodeOptions {
  /** How many bytes of UTF-8 a text may have. @defaultValue 64 MiB */
  readonly maxBytes?: number | undefined;
}

/** How JSON is written. */
export interface EncodeOptions {
  /** How many levels of arrays and objects a document may have; at most 1,000. @defaultValue 100 */
  readonly maxDepth?: number | undefined;
  /**
   * How many violations are gathered before the writing ends. It also ends when their
   * pointers have 1,048,576 UTF-16 code units together. @defaultValue 1,000
   */
  readonly maxViolations?: number | undefined;
}

/** How JSON text is written. */
export interface StringifyOptions extends EncodeOptions {
  /** Spaces of indentation, at most 10; with 0, no white space is written. @defaultValue 0 */
  readonly space?: number | undefined;
}

const DEFAULT_MAX_DEPTH = 100;
const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
const DEFAULT_MAX_VIOLATIONS = 1000;

/** The decoders recurse; a deeper document could exhaust the stack. */
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
 * @throws {RangeError} if the mode, which may come from JavaScript, does not exist.
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

/** Where the reading or writing of a document ends. */
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
