import type { VectorLimits } from "./format.js";

/** A document to make a vector from. */
export interface JsonInput {
  readonly name: string;
  /** The name of the message in the package stepwire.v1, or its full name in acme.engine.v1. */
  readonly schema: string;
  readonly json: string | Uint8Array;
  readonly limits?: VectorLimits;
}

/** A binary message to make a vector from. */
export interface BinaryInput {
  readonly name: string;
  readonly schema: string;
  readonly binary: Uint8Array;
  readonly limits?: VectorLimits;
  readonly refuseUnknownFields?: true;
}

/** What one file is made from. */
export interface Topic {
  /** The file's path in the folder of the vectors, without its ending. */
  readonly topic: string;
  readonly about: string;
  readonly inputs: readonly (JsonInput | BinaryInput)[];
}
