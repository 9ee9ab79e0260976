import type { DescMessage } from "@bufbuild/protobuf";
import { documentContent } from "@stepwire/wire";
import { type ConverterOptions, createConverter } from "./engine.js";
import type { Model } from "./schema/model.js";

/** A document in binary, with its message type. */
export interface DetectedDocument {
  /** The message type; absent if the object is of an unknown kind. */
  readonly schema: DescMessage | undefined;
  /** The message; if its type is unknown, the document itself. */
  readonly binary: Uint8Array;
}

/** Converts documents, and detects their message types if they may have different ones. */
export interface Detector {
  /** @throws {OpenAIJsonError} if the document is refused. */
  detect(json: Uint8Array): DetectedDocument & { readonly whole: Uint8Array };
  /** Likewise, but writes the binary form over the document, unless it is refused. */
  detectInPlace(json: Uint8Array): DetectedDocument;
  /** Returns the message in the binary form of a whole document. */
  contentOf(whole: Uint8Array): DetectedDocument;
  /**
   * Converts the binary form of a whole document back.
   *
   * @throws {OpenAIJsonError} if it has no JSON form.
   */
  toJson(whole: Uint8Array): Uint8Array;
}

/**
 * Returns a detector.
 *
 * @param message the type of all documents. If it is undefined, they are converted to the union of
 * all documents, whose schema selects the type, and the message is extracted from it.
 */
export function createDetector(
  model: Model,
  message: DescMessage | undefined,
  options: ConverterOptions,
): Detector {
  const schema = message ?? model.document();
  const converter = createConverter(schema, { ...options, table: model.tableOf(schema) });
  const contentOf = (whole: Uint8Array): DetectedDocument => {
    if (message !== undefined) {
      return { schema: message, binary: whole };
    }
    const { schema: found, start } = documentContent(schema, whole);
    return { schema: found === schema ? undefined : found, binary: whole.subarray(start) };
  };
  return {
    contentOf,
    detectInPlace: (json) => contentOf(converter.toBinaryInPlace(json)),
    toJson: (whole) => converter.toJson(whole),
    detect(json) {
      const whole = converter.toBinary(json);
      return { ...contentOf(whole), whole };
    },
  };
}
