import type { JsonObject } from "@bufbuild/protobuf";
import type { ByteEngineOptions } from "./engines.js";
import type { SchemaName } from "./schemas.js";
import type { WireRecord } from "./wire.js";

/** The code of anything that an engine may refuse. */
export type CaseCode =
  | "not_json"
  | "not_an_object"
  | "duplicate_member"
  | "lone_surrogate"
  | "too_deep"
  | "too_large"
  | "missing_member"
  | "wrong_type"
  | "unknown_member"
  | "unknown_value"
  | "unknown_variant"
  | "tag_mismatch"
  | "not_representable"
  | "invalid_residue"
  | "malformed_binary";

/** More that is expected of a violation. */
export interface ViolationDetails {
  readonly expected?: string;
  readonly found?: string;
  /** In bytes. */
  readonly offset?: number;
  /** Every mode refuses it, although most modes keep what has this code elsewhere. */
  readonly always?: true;
}

/** A violation: code, JSON Pointer, proto path below the package of the schema. */
export type CaseViolation = readonly [
  code: CaseCode,
  pointer: string,
  path: string,
  details?: ViolationDetails,
];

/** Limits that a case is run with. */
export type CaseLimits = Pick<ByteEngineOptions, "maxDepth" | "maxBytes">;

/**
 * A document, which is read in every mode. A mode refuses those violations whose
 * code it refuses, in this order; without one it gives the message, and from that
 * comes the document again.
 */
export interface DocumentCase {
  readonly name: string;
  readonly schema: SchemaName;
  readonly json: string | Uint8Array;
  /** The message as ProtoJSON; absent where every mode refuses, or where only the output counts. */
  readonly message?: JsonObject;
  /** Everything that is wrong with the document; nothing if absent. */
  readonly violations?: readonly CaseViolation[];
  /** The very text that comes back. By default, any with the value of the document. */
  readonly output?: string;
  readonly limits?: CaseLimits;
}

/** A message, and the JSON that it stands for or why it has none. */
export interface MessageCase {
  readonly name: string;
  readonly schema: SchemaName;
  /** The message as ProtoJSON, or its binary form piece by piece. */
  readonly message: JsonObject | readonly WireRecord[];
  /** The very text; absent where there is none. */
  readonly json?: string;
  /** The text may have its members in another order. */
  readonly anyOrder?: true;
  readonly violations?: readonly CaseViolation[];
  readonly limits?: CaseLimits;
}

/** A document that is read, changed as a message, and written. */
export interface EditCase {
  readonly name: string;
  readonly schema: SchemaName;
  readonly json: string;
  /** Top-level fields to clear first, by local name. */
  readonly clear?: readonly string[];
  /** What to merge into the message, as ProtoJSON. */
  readonly merge?: JsonObject;
  /** The very text that comes out. */
  readonly output: string;
}

/** Texts that are no JSON, by what they differ in: every mode refuses them. */
export interface TextCase {
  readonly name: string;
  readonly schema: SchemaName;
  readonly texts: Readonly<Record<string, string | Uint8Array>>;
  /** The offset of what is wrong, in bytes; by default, any within the text. */
  readonly offset?: number;
}
