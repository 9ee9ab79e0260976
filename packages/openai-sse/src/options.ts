import type { Mode } from "@stepwire/openai-json";
import type { EventStreamError } from "./error.js";

/** Options for reading server-sent events. */
export interface EventDecodeOptions {
  /**
   * Which violations in a payload are errors, as for any other JSON. In `archive`, a payload that
   * is not JSON is kept as text. @defaultValue "preserve"
   */
  readonly mode?: Mode | undefined;
  /** Maximum size of one event in bytes, also while it is still arriving. @defaultValue 16 MiB */
  readonly maxEventBytes?: number | undefined;
  /** Maximum number of nested arrays and objects in a payload, at most 999. @defaultValue 99 */
  readonly maxDepth?: number | undefined;
  /**
   * What ends an event. `standard`: a blank line. `lenient`, for streams without blank lines: also
   * the `event:` line of the next event; for an event without a name whose payload is a JSON object
   * on one line, the next `data:` line; and for an event with an identifier and a payload, the next
   * `id:` line. @defaultValue "standard"
   */
  readonly framing?: "standard" | "lenient" | undefined;
  /**
   * What happens to bytes that are not UTF-8. `refuse`: the event is refused. `replace`: they
   * become U+FFFD, as in the standard. @defaultValue "refuse"
   */
  readonly invalidUtf8?: "refuse" | "replace" | undefined;
  /**
   * Called for each refused event, after which reading continues with the next event. Without it,
   * the error is thrown. An event that exceeds `maxEventBytes`, or has no data at the end of the
   * input, always ends the stream with an error.
   */
  readonly onRefused?: ((refused: EventStreamError) => void) | undefined;
  /** Called for each part of the stream that does not belong to an event. */
  readonly onSkipped?: ((skipped: Skipped) => void) | undefined;
}

/** Options for writing server-sent events. */
export interface EventEncodeOptions {
  /** Maximum number of nested arrays and objects in a payload, at most 999. @defaultValue 99 */
  readonly maxDepth?: number | undefined;
}

/** A part of a stream that does not belong to an event, and is not in any message. */
export type Skipped =
  | { readonly kind: "comment"; readonly text: string }
  /** The time to wait before reconnecting. */
  | { readonly kind: "retry"; readonly milliseconds: number }
  /** An identifier without an event; it changes the position to resume from. */
  | { readonly kind: "id"; readonly id: string }
  /** A field that the standard does not define, or a value that it ignores. */
  | { readonly kind: "field"; readonly name: string; readonly value: string };

const DEFAULT_MAX_EVENT_BYTES = 16 * 1024 * 1024;

/** Limit for payloads. The document has one level more than its payload. */
const DEFAULT_MAX_DEPTH = 99;
const LARGEST_MAX_DEPTH = 999;

export function resolveMaxEventBytes(maxEventBytes: number = DEFAULT_MAX_EVENT_BYTES): number {
  return checkLimit("maxEventBytes", maxEventBytes, Number.MAX_SAFE_INTEGER);
}

/** Returns the maximum number of levels in the document of an event. */
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
