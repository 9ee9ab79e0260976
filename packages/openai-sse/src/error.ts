import { formatViolation, type Violation } from "@stepwire/openai-json";

/**
 * An event was refused, and with it the rest of the stream. The events before it
 * were delivered.
 */
export class EventStreamError extends Error {
  /** Which event of the stream it was, counted from 0. */
  readonly event: number;
  /**
   * Everything that is wrong with it, at the places of the JSON document
   * `{"event": name, "data": payload}`; an offset counts from the start of the
   * payload, in UTF-16 code units.
   */
  readonly violations: readonly Violation[];

  /** Whether it is refused for bytes that are not UTF-8. */
  get isInvalidUtf8(): boolean {
    return this.violations.some(({ found }) => found === NOT_UTF8);
  }

  constructor(event: number, violations: readonly Violation[], options?: ErrorOptions) {
    super(describe(event, violations), options);
    this.name = "EventStreamError";
    this.event = event;
    this.violations = violations;
  }
}

/** What is found where bytes are not UTF-8. */
export const NOT_UTF8 = "bytes that are not UTF-8";

const DESCRIBED = 3;

function describe(event: number, violations: readonly Violation[]): string {
  const lines = violations.slice(0, DESCRIBED).map(formatViolation);
  const more = violations.length - lines.length;
  return [`event ${event} of the stream is refused:`, ...lines]
    .concat(more > 0 ? [`and ${more} more`] : [])
    .join("\n");
}
