import type { Mode } from "@stepwire/openai-json";

/** How server-sent events are read. */
export interface EventDecodeOptions {
  /**
   * What is refused of a payload, as of any JSON. In `archive`, a payload that is
   * not JSON is kept as text. @defaultValue "preserve"
   */
  readonly mode?: Mode | undefined;
  /**
   * How many bytes one event may have, also while it is still arriving.
   * @defaultValue 16 MiB
   */
  readonly maxEventBytes?: number | undefined;
  /** How many levels of arrays and objects a payload may have; at most 999. @defaultValue 99 */
  readonly maxDepth?: number | undefined;
  /**
   * What ends an event. `standard`: a blank line. `lenient`: also the line `event:`
   * of the next event, for servers that leave out the blank line.
   * @defaultValue "standard"
   */
  readonly framing?: "standard" | "lenient" | undefined;
  /**
   * What happens to bytes that are not UTF-8. `refuse`: the event is refused. `replace`:
   * they become U+FFFD, as by the standard.
   * @defaultValue "refuse"
   */
  readonly invalidUtf8?: "refuse" | "replace" | undefined;
  /** Is told what stands in the stream beside its events. */
  readonly onSkipped?: ((skipped: Skipped) => void) | undefined;
}

/** How server-sent events are written. */
export interface EventEncodeOptions {
  /** How many levels of arrays and objects a payload may have; at most 999. @defaultValue 99 */
  readonly maxDepth?: number | undefined;
}

/** Something that stands in a stream beside its events, and is in no message. */
export type Skipped =
  | { readonly kind: "comment"; readonly text: string }
  /** How long to wait before reconnecting. */
  | { readonly kind: "retry"; readonly milliseconds: number }
  /** An identifier without an event, which moves the place to resume from. */
  | { readonly kind: "id"; readonly id: string }
  /** A field that the standard does not know, or with a value that it ignores. */
  | { readonly kind: "field"; readonly name: string; readonly value: string };

const DEFAULT_MAX_EVENT_BYTES = 16 * 1024 * 1024;

/** A document has one level more than the payload in it. */
const DEFAULT_MAX_DEPTH = 99;
const LARGEST_MAX_DEPTH = 999;

export function resolveMaxEventBytes(maxEventBytes: number = DEFAULT_MAX_EVENT_BYTES): number {
  return checkLimit("maxEventBytes", maxEventBytes, Number.MAX_SAFE_INTEGER);
}

/** How many levels the document of an event may have. */
export function resolveDocumentDepth(maxDepth: number = DEFAULT_MAX_DEPTH): number {
  return checkLimit("maxDepth", maxDepth, LARGEST_MAX_DEPTH) + 1;
}

export function resolveFraming(
  framing: EventDecodeOptions["framing"] = "standard",
): "standard" | "lenient" {
  if (framing !== "standard" && framing !== "lenient") {
    throw new RangeError(`framing is "standard" or "lenient", not ${JSON.stringify(framing)}`);
  }
  return framing;
}

export function resolveInvalidUtf8(
  invalidUtf8: EventDecodeOptions["invalidUtf8"] = "refuse",
): "refuse" | "replace" {
  if (invalidUtf8 !== "refuse" && invalidUtf8 !== "replace") {
    throw new RangeError(
      `invalidUtf8 is "refuse" or "replace", not ${JSON.stringify(invalidUtf8)}`,
    );
  }
  return invalidUtf8;
}

function checkLimit(name: string, limit: number, largest: number): number {
  if (!Number.isInteger(limit) || limit < 1 || limit > largest) {
    throw new RangeError(`${name} is an integer from 1 to ${largest}, not ${limit}`);
  }
  return limit;
}
