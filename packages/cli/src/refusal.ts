import type { DescMessage } from "@bufbuild/protobuf";
import { formatViolation, OpenAIJsonError, type Violation } from "@stepwire/openai-json";
import { visitAnnotations } from "@stepwire/wire";
import { CommandFailure } from "./failure.js";
import { locate, type Position } from "./position.js";
import { shorten } from "./terminal/printable.js";
import { bytes } from "./terminal/quantity.js";

/** As many violations of one document are shown; the rest is counted. */
const SHOWN = 20;
/** A line about a violation has so many characters at most: a member's name may be of any size. */
const LONGEST_LINE = 2000;

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

/** One thing that is wrong with a document, in words, without the name of the document. */
export interface Problem {
  /** Where in the document's text it is, if that is known. */
  readonly position?: Position;
  readonly text: string;
}

/** What a document is refused for, in words. */
export function describeViolations(
  violations: readonly Violation[],
  text: Uint8Array | undefined,
): Problem[] {
  const shown = violations.slice(0, SHOWN);
  const more = violations.length - shown.length;
  const positions = text && locate(text, shown);
  return [
    ...shown.map((violation, index) => {
      const position = positions?.[index];
      return {
        ...(position && { position }),
        text: shorten(formatViolation(violation), LONGEST_LINE),
      };
    }),
    ...(more > 0 ? [{ text: `and ${more} more` }] : []),
  ];
}

/** What is wrong with a document that is larger than the limit. */
export function describeTooLarge(maxBytes: number): string {
  return `too_large: more than ${bytes(maxBytes)}; --max-bytes raises the limit`;
}

/** A problem with the name of its document and its place there. */
export function formatProblem({ position, text }: Problem, origin: Origin): string {
  const { name, line = 1 } = origin;
  return position === undefined
    ? `${place(origin)}: ${text}`
    : `${name}:${line + position.line - 1}:${position.column}: ${text}`;
}

/** What a document is refused for, a line each. */
export function explainViolations(violations: readonly Violation[], origin: Origin): string[] {
  return describeViolations(violations, origin.text).map((each) => formatProblem(each, origin));
}

/**
 * What is wrong with bytes that are no message of the type, by what stands where in
 * them; nothing for other violations.
 */
export function describeBinary(
  violations: readonly Violation[],
  schema: DescMessage,
  binary: Uint8Array,
): Problem[] | undefined {
  const malformed = violations.find(({ code }) => code === "malformed_binary");
  if (malformed === undefined) {
    return undefined;
  }
  const mistake = firstMistake(schema, binary) ?? malformed.found;
  return [{ text: shorten(`malformed_binary: ${mistake}`, LONGEST_LINE) }];
}

/** The same, a line each. */
export function explainBinary(
  violations: readonly Violation[],
  name: string,
  schema: DescMessage,
  binary: Uint8Array,
): string[] | undefined {
  return describeBinary(violations, schema, binary)?.map((each) => formatProblem(each, { name }));
}

/** The failure that a refused document is for a command that cannot go on. */
export function refusalFailure(error: unknown, lines: string[] | undefined): unknown {
  return lines === undefined ? error : new CommandFailure(lines.join("\n"), { cause: error });
}

/** The first mistake in the order of the bytes, or a field that another type has otherwise. */
function firstMistake(schema: DescMessage, binary: Uint8Array): string | undefined {
  let first: Mistake | undefined;
  visitAnnotations(schema, binary, {
    problem: (problem) => {
      first = earlier(first, problem);
    },
    annotation: ({ tag, path, wireType, content }) => {
      if (content.kind === "unknown" && content.expected !== undefined) {
        const message = `wire type ${wireType} where ${content.expected} is expected`;
        first = earlier(first, { offset: tag.start, path, message });
      }
    },
  });
  return first && `${describeOffset(first.offset, first.path)}: ${first.message}`;
}

interface Mistake {
  readonly offset: number;
  readonly path: string;
  readonly message: string;
}

function earlier(first: Mistake | undefined, other: Mistake): Mistake {
  return first === undefined || other.offset < first.offset ? other : first;
}

/** An offset with the field that it is in. */
export function describeOffset(offset: number, path: string): string {
  return `offset ${offset} (0x${offset.toString(16)})${path === "" ? "" : `, ${path}`}`;
}
