import type { DescMessage } from "@bufbuild/protobuf";
import { annotate } from "@stepwire/core";
import { formatViolation, OpenAIJsonError, type Violation } from "@stepwire/openai-json";
import { CommandFailure } from "./failure.js";

/** As many violations of one document are shown; the rest is counted. */
const SHOWN = 20;

/** Where a document comes from, for messages. */
export interface Origin {
  /** The file. */
  readonly name: string;
  /** The line of a file with a document on each. */
  readonly line?: number;
  /** The text, which tells lines and columns of offsets. */
  readonly text?: Uint8Array;
}

/** The origin as messages begin with it. */
export function place({ name, line }: Origin): string {
  return line === undefined ? name : `${name}:${line}`;
}

/**
 * What a refused document is refused for, a line each, or nothing for an error of
 * another kind.
 */
export function explainRefusal(error: unknown, origin: Origin): string[] | undefined {
  return error instanceof OpenAIJsonError ? explainViolations(error.violations, origin) : undefined;
}

/** What a document is refused for, a line each. */
export function explainViolations(violations: readonly Violation[], origin: Origin): string[] {
  const shown = violations.slice(0, SHOWN);
  const more = violations.length - shown.length;
  return [
    ...shown.map((violation) => `${locate(violation, origin)}: ${formatViolation(violation)}`),
    ...(more > 0 ? [`${place(origin)}: and ${more} more`] : []),
  ];
}

/**
 * What is wrong with bytes that are no message of the type, by what stands where in
 * them; nothing for other violations.
 */
export function explainBinary(
  violations: readonly Violation[],
  name: string,
  schema: DescMessage,
  binary: Uint8Array,
): string[] | undefined {
  const malformed = violations.find(({ code }) => code === "malformed_binary");
  if (malformed === undefined) {
    return undefined;
  }
  return [`${name}: malformed_binary: ${firstMistake(schema, binary) ?? malformed.found}`];
}

/** The failure that a refused document is for a command that cannot go on. */
export function refusalFailure(error: unknown, lines: string[] | undefined): unknown {
  return lines === undefined ? error : new CommandFailure(lines.join("\n"), { cause: error });
}

/** The first mistake in the order of the bytes, or a field that another type has otherwise. */
function firstMistake(schema: DescMessage, binary: Uint8Array): string | undefined {
  const { annotations, problems } = annotate(schema, binary);
  const mistakes = problems.map(({ offset, path, message }) => ({ offset, path, message }));
  for (const { tag, path, wireType, content } of annotations) {
    if (content.kind === "unknown" && content.expected !== undefined) {
      const message = `wire type ${wireType} where ${content.expected} is expected`;
      mistakes.push({ offset: tag.start, path, message });
    }
  }
  const [first] = mistakes.sort((a, b) => a.offset - b.offset);
  return first && `${describeOffset(first.offset, first.path)}: ${first.message}`;
}

/** An offset with the field that it is in. */
export function describeOffset(offset: number, path: string): string {
  return `offset ${offset} (0x${offset.toString(16)})${path === "" ? "" : `, ${path}`}`;
}

function locate({ offset }: Violation, origin: Origin): string {
  const { name, line = 1, text } = origin;
  if (offset === undefined || text === undefined) {
    return place(origin);
  }
  const before = Buffer.from(text.subarray(0, offset)).toString("utf8");
  const lines = before.split("\n");
  const column = [...(lines.at(-1) ?? "")].length + 1;
  return `${name}:${line + lines.length - 1}:${column}`;
}
