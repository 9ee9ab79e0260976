import { DocumentSchema } from "@stepwire/core";
import { documentContent } from "@stepwire/wire";
import { type DocumentType, typeOf } from "./document-type.js";
import { type ConverterOptions, createConverter } from "./engine.js";

/** A document in binary, with the type that its content tells. */
export interface DetectedDocument {
  /** Absent for an object that is none of the known ones. */
  readonly type: DocumentType | undefined;
  /** A message of the type; without one, a `Document`. */
  readonly binary: Uint8Array;
}

/**
 * Converts a document whose type nobody named.
 *
 * `Document` tells by its schema which object is what; its message is cut out.
 */
export function createDetector(options: ConverterOptions): (json: Uint8Array) => DetectedDocument {
  const converter = createConverter(DocumentSchema, options);
  return (json) => {
    const binary = converter.toBinary(json);
    const { schema, start } = documentContent(DocumentSchema, binary);
    const type = schema === DocumentSchema ? undefined : typeOf(schema);
    return { type, binary: binary.subarray(start) };
  };
}
