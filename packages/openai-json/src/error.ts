import type { Violation } from "./violation.js";

/** A document or message was refused. Nothing was converted. */
export class OpenAIJsonError extends Error {
  /** All violations, not only the first one. */
  readonly violations: readonly Violation[];

  constructor(violations: readonly Violation[], options?: ErrorOptions) {
    super(describe(violations), options);
    this.name = "OpenAIJsonError";
    this.violations = violations;
  }

  /** Returns the reason if it is an `OpenAIJsonError`, otherwise an error with this cause. */
  static from(reason: unknown): OpenAIJsonError {
    if (reason instanceof OpenAIJsonError) {
      return reason;
    }
    const found = reason instanceof Error ? reason.message : String(reason);
    return new OpenAIJsonError(
      [{ code: "malformed_binary", pointer: "", path: "", expected: "a valid message", found }],
      { cause: reason },
    );
  }
}

const DESCRIBED = 3;

function describe(violations: readonly Violation[]): string {
  const lines = violations.slice(0, DESCRIBED).map(formatViolation);
  const more = violations.length - lines.length;
  return [...lines, ...(more > 0 ? [`and ${more} more`] : [])].join("\n");
}

/** Returns a violation as one line for people. */
export function formatViolation({ code, pointer, path, expected, found }: Violation): string {
  const place = pointer === "" ? "the document" : pointer;
  const proto = path === "" ? "" : ` (${path})`;
  return `${place}: ${code}: expected ${expected}, found ${found}${proto}`;
}
