import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import {
  byteLength,
  checkSpace,
  formatJson,
  readText,
  type TextNode,
  TextTree,
} from "@stepwire/json";
import { type Decoded, decodeDocument, encodeDocument, type Input } from "./document.js";
import { EncoderCompiler } from "./encode/compiler.js";
import { textTarget } from "./encode/text-target.js";
import { OpenAIJsonError } from "./error.js";
import { Findings } from "./findings.js";
import {
  type Limits,
  type ParseOptions,
  resolveMaxBytes,
  type StringifyOptions,
} from "./options.js";
import { TextSource } from "./text-source.js";
import { toViolation, type Violation } from "./violation.js";

const encoders = new EncoderCompiler(textTarget);

/**
 * Turns JSON text, or its UTF-8 bytes, into a message. Nothing is lost: numbers
 * keep every digit, and what the schema does not know goes into the message's
 * residue, unless the mode refuses it.
 *
 * @throws {OpenAIJsonError} with every violation and its offset in the text.
 */
export function parseOpenAI<Desc extends DescMessage>(
  schema: Desc,
  json: string | Uint8Array,
  options: ParseOptions = {},
): MessageShape<Desc> {
  const { message, violations } = decodeText(schema, json, options, false);
  if (message === undefined) {
    throw new OpenAIJsonError(violations);
  }
  return message;
}

/**
 * Returns all that is wrong with JSON text, or its UTF-8 bytes, in a mode; nothing is
 * thrown. Beside the text it takes little memory, however large the message would be.
 */
export function checkText(
  schema: DescMessage,
  json: string | Uint8Array,
  options: ParseOptions = {},
): readonly Violation[] {
  return decodeText(schema, json, options, true).violations;
}

/**
 * Turns a message into the JSON text that it stands for: the canonical form, and
 * what the residue holds, to the digit.
 *
 * @throws {OpenAIJsonError} if the message has no JSON form.
 */
export function stringifyOpenAI<Desc extends DescMessage>(
  schema: Desc,
  message: MessageShape<Desc>,
  options: StringifyOptions = {},
): string {
  const { space = 0 } = options;
  checkSpace(space);
  const text = encodeDocument(schema, message, options, encoders);
  // The text has no white space between its tokens.
  return space === 0 ? text : formatJson(text, space);
}

function decodeText<Desc extends DescMessage>(
  schema: Desc,
  json: string | Uint8Array,
  options: ParseOptions,
  explains: boolean,
): Decoded<Desc> {
  const maxBytes = resolveMaxBytes(options.maxBytes);
  let text = "";
  const open = (limits: Limits): Input<TextNode> => {
    text = readText(json, maxBytes);
    return openText(text, limits);
  };
  const { message, violations } = decodeDocument(schema, options, open, explains);
  const sorted = inTextOrder(violations);
  // Where bytes are not UTF-8 there is no text, and the offset is in bytes already.
  const counted = typeof json === "string" || text === "";
  return { message, violations: counted ? sorted : withByteOffsets(sorted, text) };
}

function openText(text: string, { maxDepth, maxViolations }: Limits): Input<TextNode> {
  const findings = new Findings(maxViolations);
  const tree = new TextTree(text, {
    maxDepth,
    onFault(fault) {
      findings.push(toViolation(fault));
      return !findings.isFull;
    },
  });
  return { root: tree.root, violations: findings.list, source: new TextSource(tree) };
}

/** Returns violations in the order of their offsets. */
function inTextOrder(violations: readonly Violation[]): Violation[] {
  return violations.toSorted((a, b) => (a.offset ?? 0) - (b.offset ?? 0));
}

/** Turns the offsets of violations, which rise, into offsets in bytes of UTF-8. */
function withByteOffsets(violations: readonly Violation[], text: string): Violation[] {
  let units = 0;
  let bytes = 0;
  return violations.map((violation) => {
    const { offset } = violation;
    if (offset === undefined) {
      return violation;
    }
    // Only the text between two violations is encoded, so that many cost no more than one.
    bytes += byteLength(text.slice(units, offset));
    units = offset;
    return { ...violation, offset: bytes };
  });
}
