import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import { type Decoded, decodeDocument, encodeDocument, type Input } from "./document.js";
import { EncoderCompiler } from "./encode/compiler.js";
import { textTarget } from "./encode/text-target.js";
import { OpenAIJsonError } from "./error.js";
import {
  type Limits,
  type ParseOptions,
  resolveMaxBytes,
  resolveSpace,
  type StringifyOptions,
} from "./options.js";
import { Refusal } from "./refusal.js";
import { decodeBytes } from "./text/decode-bytes.js";
import { indentJson } from "./text/indent.js";
import type { TextNode } from "./text/node.js";
import { byteLength, inTextOrder, withByteOffsets } from "./text/offset.js";
import { TextSource } from "./text/source.js";
import { TextTree } from "./text/tree.js";
import type { Violation } from "./violation.js";

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
  const space = resolveSpace(options.space);
  const text = encodeDocument(schema, message, options, encoders);
  return indentJson(text, space);
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

function readText(json: string | Uint8Array, maxBytes: number): string {
  // A UTF-16 code unit is at most three bytes of UTF-8.
  const bytes =
    typeof json !== "string" || json.length * 3 <= maxBytes ? json.length : byteLength(json);
  if (bytes > maxBytes) {
    throw new Refusal({
      code: "too_large",
      pointer: "",
      path: "",
      expected: `at most ${maxBytes} bytes`,
      found: `${bytes} bytes`,
    });
  }
  return typeof json === "string" ? requireUnicode(json) : decodeBytes(json);
}

function requireUnicode(text: string): string {
  if (text.isWellFormed()) {
    return text;
  }
  throw new Refusal({
    code: "not_json",
    pointer: "",
    path: "",
    expected: "Unicode text",
    found: "a lone surrogate outside an escape",
    offset: text.search(/\p{Surrogate}/u),
  });
}

function openText(text: string, { maxDepth, maxViolations }: Limits): Input<TextNode> {
  const tree = new TextTree(text, maxDepth, maxViolations);
  return { root: tree.root, violations: tree.violations, source: new TextSource(tree) };
}
