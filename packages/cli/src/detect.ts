import type { DescMessage } from "@bufbuild/protobuf";
import { documentContent } from "@stepwire/wire";
import { type ConverterOptions, createConverter } from "./engine.js";

/** A document in binary, with the message that it is. */
export interface DetectedDocument {
  /** Absent for an object that is none of the known ones. */
  readonly schema: DescMessage | undefined;
  /** The message; the document itself if no message is known. */
  readonly binary: Uint8Array;
}

/** Converts a document, and finds out which message it is. */
export type Detector = (json: Uint8Array) => DetectedDocument;

/**
 * Returns a detector for documents whose type nobody named: the union of all documents
 * tells by its schema which object is which; the message is cut out of it.
 */
export function createDetector(document: DescMessage, options: ConverterOptions): Detector {
  const converter = createConverter(document, options);
  return (json) => {
    const binary = converter.toBinary(json);
    const { schema, start } = documentContent(document, binary);
    return { schema: schema === document ? undefined : schema, binary: binary.subarray(start) };
  };
}

/** Returns a detector for documents that are all of one type. */
export function detectAlways(schema: DescMessage, options: ConverterOptions): Detector {
  const converter = createConverter(schema, options);
  return (json) => ({ schema, binary: converter.toBinary(json) });
}
