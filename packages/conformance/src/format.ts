import type { JsonValue } from "@bufbuild/protobuf";
import type { Mode, Violation } from "@stepwire/openai-json";

/** A file of vectors. vectors/README.md describes it for implementers. */
export interface VectorFile {
  readonly topic: string;
  readonly about: string;
  readonly cases: readonly Vector[];
}

/** What every vector has. */
interface VectorBase {
  readonly name: string;
  /** The full name of the message. */
  readonly schema: string;
  readonly limits?: VectorLimits;
}

/** Limits other than the default. */
export interface VectorLimits {
  readonly maxDepth?: number;
  readonly maxBytes?: number;
}

/** JSON that is read, and then written again. */
export interface JsonVector extends VectorBase {
  /** The document; as text where it is valid UTF-8, else its bytes in base64. */
  readonly json?: string;
  readonly jsonBase64?: string;
  /** What is wrong with it. A mode that no violation names accepts the document. */
  readonly violations?: readonly JsonViolation[];
  /** What the modes that accept it make of it: binary in hexadecimal, as ProtoJSON, as JSON text. */
  readonly binary?: string;
  readonly message?: JsonValue;
  readonly output?: string;
}

/** Something wrong with a document, and the modes that refuse it for that. */
export interface JsonViolation extends Violation {
  readonly modes: readonly Mode[];
}

/** Binary that is written as JSON. */
export interface BinaryVector extends VectorBase {
  readonly fromBinary: string;
  /** Fields that the schema does not have are refused. */
  readonly refuseUnknownFields?: true;
  /** The JSON text and the message as ProtoJSON, or why there is none. */
  readonly output?: string;
  readonly message?: JsonValue;
  readonly violations?: readonly Violation[];
}

export type Vector = JsonVector | BinaryVector;
