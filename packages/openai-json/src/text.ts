import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { formatJson, type TextNode, TextTree } from "@stepwire/json";
import { byteLength, checkSpace, readText } from "@stepwire/json/internal";
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
 * Converts JSON text, or its UTF-8 bytes, to a message. Nothing is lost: numbers keep all digits, and
 * everything that the schema does not describe is stored in the residue, unless the mode refuses it.
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
 * Returns the violations of JSON text, or its UTF-8 bytes, in a mode. It does not throw. It does not
 * build the message, so it needs little memory.
 */
export function checkText(
  schema: DescMessage,
  json: string | Uint8Array,
  options: ParseOptions = {},
): readonly Violation[] {
  return decodeText(schema, json, options, true).violations;
}

/**
 * Converts a message to JSON text: the canonical form, changed by the residue.
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
  // If the bytes are not UTF-8, there is no text, and the offset is already in bytes.
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

/** Converts the offsets of violations, which are in order, to offsets in bytes of UTF-8. */
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
