import { DocumentSchema } from "@stepwire/core";
import { type DocumentType, typeOfArm } from "./document-type.js";
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
 * `Document` tells by its schema which object is what, and a document in binary is
 * nothing but the number of its arm, a size, and the message: so the message is cut out.
 */
export function createDetector(options: ConverterOptions): (json: Uint8Array) => DetectedDocument {
  const converter = createConverter(DocumentSchema, options);
  return (json) => {
    const binary = converter.toBinary(json);
    const tag = readVarint(binary, 0);
    const type = typeOfArm(tag.value >>> 3);
    if (type === undefined) {
      return { type, binary };
    }
    const size = readVarint(binary, tag.end);
    return { type, binary: binary.subarray(size.end) };
  };
}

/** Reads a number that our own engine wrote; no size of a document passes 32 bits. */
function readVarint(bytes: Uint8Array, start: number): { value: number; end: number } {
  let value = 0;
  let end = start;
  let byte = 0x80;
  for (let shift = 0; byte >= 0x80; shift += 7) {
    byte = bytes[end++] ?? 0;
    value |= (byte & 0x7f) << shift;
  }
  return { value, end };
}
