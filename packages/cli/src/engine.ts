import { type DescMessage, fromBinary, type Message } from "@bufbuild/protobuf";
import { formatJson } from "@stepwire/json";
import { type Mode, OpenAIJsonError } from "@stepwire/openai-json";
import { createTranscoder } from "@stepwire/transcode";

/** Options for reading and writing documents. */
export interface ConverterOptions {
  readonly mode: Mode;
  readonly maxDepth: number;
  readonly maxBytes: number;
  /** Number of spaces per indentation level; without it, the JSON has no white space. */
  readonly space?: number;
}

/** Converts documents of one type. */
export interface Converter {
  /** @throws {OpenAIJsonError} if the document is refused. */
  toBinary(json: Uint8Array): Uint8Array;
  /**
   * @throws {OpenAIJsonError} if the bytes are not a message of the type, or it has no JSON form.
   */
  toJson(binary: Uint8Array): Uint8Array;
}

/** Creates a converter for documents of one type. */
export function createConverter(schema: DescMessage, options: ConverterOptions): Converter {
  const { mode, maxDepth, maxBytes, space } = options;
  const transcoder = createTranscoder(schema, { mode, maxDepth, maxBytes });
  if (space === undefined) {
    return transcoder;
  }
  return {
    toBinary: (json) => transcoder.toBinary(json),
    toJson(binary) {
      const text = new TextDecoder().decode(transcoder.toJson(binary));
      return Buffer.from(formatJson(text, space));
    },
  };
}

/**
 * Reads a message, for code that examines its fields.
 *
 * @throws {OpenAIJsonError} if the bytes are not a valid message.
 */
export function readMessage(schema: DescMessage, binary: Uint8Array): Message {
  try {
    return fromBinary(schema, binary);
  } catch (reason) {
    throw OpenAIJsonError.from(reason);
  }
}
