import { type DescMessage, fromBinary, type Message, toBinary } from "@bufbuild/protobuf";
import { type Mode, parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";

/*
 * The one place that knows which engine converts. What the commands hand over and get
 * back are bytes, so that an engine that never builds a message fits in here too.
 */

/** How documents are read and written. */
export interface ConverterOptions {
  readonly mode: Mode;
  readonly maxDepth: number;
  readonly maxBytes: number;
  /** Spaces of indentation; without it, the JSON has no white space. */
  readonly space?: number;
}

/** Converts documents of one type. */
export interface Converter {
  /** @throws {OpenAIJsonError} if the document is refused. */
  toBinary(json: Uint8Array): Uint8Array;
  /**
   * @throws {OpenAIJsonError} if the message cannot be written.
   * @throws {MalformedBinary} if the bytes are no message of the type.
   */
  toJson(binary: Uint8Array): Uint8Array;
}

/** The bytes are no message of the expected type. */
export class MalformedBinary extends Error {
  override readonly name = "MalformedBinary";
}

/** Makes a converter for one type of documents. */
export function createConverter(schema: DescMessage, options: ConverterOptions): Converter {
  const { mode, maxDepth, maxBytes, space } = options;
  return {
    toBinary: (json) => toBinary(schema, parseOpenAI(schema, json, { mode, maxDepth, maxBytes })),
    toJson: (binary) =>
      Buffer.from(stringifyOpenAI(schema, readMessage(schema, binary), { maxDepth, space })),
  };
}

/** Reads a message whose content is looked at as such. */
export function readMessage(schema: DescMessage, binary: Uint8Array): Message {
  try {
    return fromBinary(schema, binary);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new MalformedBinary(message, { cause });
  }
}
