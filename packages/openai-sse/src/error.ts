import { formatViolation, type Violation } from "@stepwire/openai-json";

/** An event was refused, so the stream ends. The events before it were delivered. */
export class EventStreamError extends Error {
  /** The index of the event in the stream, starting at 0. */
  readonly event: number;
  /**
   * All violations in the event. Pointers refer to the JSON document
   * `{"event": name, "data": payload}`. Offsets count from the start of the payload, in UTF-16 code
   * units.
   */
  readonly violations: readonly Violation[];

  /** Whether the event was refused because of bytes that are not UTF-8. */
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

/** The text for `found` if bytes are not UTF-8. */
export const NOT_UTF8 = "bytes that are not UTF-8";

const DESCRIBED = 3;

function describe(event: number, violations: readonly Violation[]): string {
  const lines = violations.slice(0, DESCRIBED).map(formatViolation);
  const more = violations.length - lines.length;
  return [`event ${event} of the stream is refused:`, ...lines]
    .concat(more > 0 ? [`and ${more} more`] : [])
    .join("\n");
}
