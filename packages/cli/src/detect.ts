import type { DescMessage } from "@bufbuild/protobuf";
import { documentContent } from "@stepwire/wire";
import { type ConverterOptions, createConverter } from "./engine.js";

/** A document in binary, with its message type. */
export interface DetectedDocument {
  /** The message type; absent if the object is of an unknown kind. */
  readonly schema: DescMessage | undefined;
  /** The message; if its type is unknown, the document itself. */
  readonly binary: Uint8Array;
}

/** Converts a document and detects its message type. */
export type Detector = (json: Uint8Array) => DetectedDocument;

/**
 * Returns a detector for documents of unknown type. It converts them to the union of all documents,
 * whose schema selects the type, and extracts the message from it.
 */
export function createDetector(document: DescMessage, options: ConverterOptions): Detector {
  const converter = createConverter(document, options);
  return (json) => {
    const binary = converter.toBinary(json);
    const { schema, start } = documentContent(document, binary);
    return { schema: schema === document ? undefined : schema, binary: binary.subarray(start) };
  };
}

/** Returns a detector for documents that all have one type. */
export function detectAlways(schema: DescMessage, options: ConverterOptions): Detector {
  const converter = createConverter(schema, options);
  return (json) => ({ schema, binary: converter.toBinary(json) });
}
