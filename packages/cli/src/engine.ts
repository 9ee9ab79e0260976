import { type DescMessage, fromBinary, type Message } from "@bufbuild/protobuf";
import { formatJson } from "@stepwire/json";
import { type Mode, OpenAIJsonError } from "@stepwire/openai-json";
import { createTranscoder, TargetTooSmallError } from "@stepwire/transcode";

/** Options for reading and writing documents. */
export interface ConverterOptions {
  readonly mode: Mode;
  readonly maxDepth: number;
  readonly maxBytes: number;
  /** The kernel's table of the message, if the build compiled it. */
  readonly table?: Uint8Array | undefined;
  /** Number of spaces per indentation level; without it, the JSON has no white space. */
  readonly space?: number;
}

/** Converts documents of one type. */
export interface Converter {
  /** @throws {OpenAIJsonError} if the document is refused. */
  toBinary(json: Uint8Array): Uint8Array;
  /**
   * Likewise, but writes the result over the document, which saves memory of its size. If the
   * document is refused, it is unchanged.
   */
  toBinaryInPlace(json: Uint8Array): Uint8Array;
  /**
   * @throws {OpenAIJsonError} if the bytes are not a message of the type, or it has no JSON form.
   */
  toJson(binary: Uint8Array): Uint8Array;
}

/** Creates a converter for documents of one type. */
export function createConverter(schema: DescMessage, options: ConverterOptions): Converter {
  const { mode, maxDepth, maxBytes, table, space } = options;
  const transcoder = createTranscoder(schema, { mode, maxDepth, maxBytes, table });
  return {
    toBinary: (json) => transcoder.toBinary(json),
    toBinaryInPlace(json) {
      try {
        return json.subarray(0, transcoder.toBinaryInto(json, json));
      } catch (error) {
        if (!(error instanceof TargetTooSmallError)) {
          throw error;
        }
        return transcoder.toBinary(json);
      }
    },
    toJson(binary) {
      const json = transcoder.toJson(binary);
      return space === undefined
        ? json
        : Buffer.from(formatJson(new TextDecoder().decode(json), space));
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
