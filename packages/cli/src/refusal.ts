import type { DescMessage } from "@bufbuild/protobuf";
import { formatViolation, OpenAIJsonError, type Violation } from "@stepwire/openai-json";
import { visitAnnotations } from "@stepwire/wire";
import { locate } from "./position.js";
import { formatProblem, type Origin, type Problem } from "./problem.js";
import { shorten } from "./terminal/printable.js";

/** Maximum number of violations that are shown per document; further ones are counted. */
const SHOWN = 20;
/** Maximum length of a line about a violation, in characters. Member names have no length limit. */
const LONGEST_LINE = 2000;

/** Returns a line for each violation of a refused document; undefined for other errors. */
export function explainRefusal(error: unknown, origin: Origin): string[] | undefined {
  return error instanceof OpenAIJsonError ? explainViolations(error.violations, origin) : undefined;
}

/** Returns the violations of a document as texts. */
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

/** Returns a line for each violation of a document. */
export function explainViolations(violations: readonly Violation[], origin: Origin): string[] {
  return describeViolations(violations, origin.text).map((each) => formatProblem(each, origin));
}

/**
 * Explains why bytes are not a message of the type, by the content at the error's offset. Returns
 * undefined for other violations.
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

/** Explains why bytes are not a message of the type. Returns lines. */
export function explainBinary(
  violations: readonly Violation[],
  name: string,
  schema: DescMessage,
  binary: Uint8Array,
): string[] | undefined {
  return describeBinary(violations, schema, binary)?.map((each) => formatProblem(each, { name }));
}

/**
 * Returns the first error in the order of the bytes, or a field that has another wire type in the
 * schema.
 */
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

/** Returns an offset with the path of the field at it. */
export function describeOffset(offset: number, path: string): string {
  return `offset ${offset} (0x${offset.toString(16)})${path === "" ? "" : `, ${path}`}`;
}
