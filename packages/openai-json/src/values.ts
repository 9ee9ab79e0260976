import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import type { OpenAIJson, OpenAIJsonInput } from "@stepwire/core/openai";
import { type Decoded, decodeDocument, encodeDocument } from "./document.js";
import { EncoderCompiler } from "./encode/compiler.js";
import { valueTarget } from "./encode/value-target.js";
import { OpenAIJsonError } from "./error.js";
import type { DecodeOptions, EncodeOptions } from "./options.js";
import { valueSource } from "./value-source.js";
import type { Violation } from "./violation.js";

const encoders = new EncoderCompiler(valueTarget);

/**
 * Converts a JSON value to a message. Nothing is lost: everything that the schema does not describe is
 * stored in the residue, unless the mode refuses it.
 *
 * The value is a result of `JSON.parse`, which rounds large integers and drops duplicate members.
 * `parseOpenAI` does neither.
 *
 * @throws {OpenAIJsonError} with every violation.
 */
export function fromOpenAI<Desc extends DescMessage>(
  schema: Desc,
  value: OpenAIJsonInput<Desc>,
  options: DecodeOptions = {},
): MessageShape<Desc> {
  const { message, violations } = decodeValue(schema, value, options);
  if (message === undefined) {
    throw new OpenAIJsonError(violations);
  }
  return message;
}

/**
 * Converts a message to a JSON value: the canonical form, changed by the residue.
 *
 * @throws {OpenAIJsonError} if the message has no JSON form, or has a number that a JavaScript number
 * cannot hold exactly; `stringifyOpenAI` writes any number.
 */
export function toOpenAI<Desc extends DescMessage>(
  schema: Desc,
  message: MessageShape<Desc>,
  options: EncodeOptions = {},
): OpenAIJson<Desc> {
  // The encoder was compiled from the options that this type was generated from.
  return encodeDocument(schema, message, options, encoders) as OpenAIJson<Desc>;
}

/** Returns the violations of a JSON value in a mode. It does not throw. */
export function check(
  schema: DescMessage,
  value: unknown,
  options: DecodeOptions = {},
): readonly Violation[] {
  return decodeValue(schema, value, options).violations;
}

/** Converts a JSON value to a message, or lists every violation. It does not throw. */
export function decodeValue<Desc extends DescMessage>(
  schema: Desc,
  value: unknown,
  options: DecodeOptions,
): Decoded<Desc> {
  return decodeDocument(schema, options, () => ({
    root: value,
    violations: [],
    source: valueSource,
  }));
}
