import type { JsonObject } from "@bufbuild/protobuf";
import type { ByteEngineOptions } from "./engines.js";
import type { SchemaName } from "./schemas.js";
import type { WireRecord } from "./wire.js";

/** The violation codes of an engine. */
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

/** Further expectations about a violation. */
export interface ViolationDetails {
  readonly expected?: string;
  readonly found?: string;
  /** Offset in bytes. */
  readonly offset?: number;
  /** Set if every mode refuses this violation although most modes accept others with its code. */
  readonly always?: true;
}

/** A violation: its code, JSON Pointer, and proto path below the package of the schema. */
export type CaseViolation = readonly [
  code: CaseCode,
  pointer: string,
  path: string,
  details?: ViolationDetails,
];

/** Limits for a case. */
export type CaseLimits = Pick<ByteEngineOptions, "maxDepth" | "maxBytes">;

/**
 * A document that is read in every mode. Each mode refuses the violations whose code it refuses, in
 * this order. If a mode refuses none, it reads the message, and writing the message gives the
 * document again.
 */
export interface DocumentCase {
  readonly name: string;
  readonly schema: SchemaName;
  readonly json: string | Uint8Array;
  /**
   * The message as ProtoJSON; absent if every mode refuses the document, or if only the output is
   * checked.
   */
  readonly message?: JsonObject;
  /** All violations in the document; none if absent. */
  readonly violations?: readonly CaseViolation[];
  /** The exact text that is written. By default, any text with the value of the document. */
  readonly output?: string;
  readonly limits?: CaseLimits;
}

/** A message with its JSON, or with the reason why it has none. */
export interface MessageCase {
  readonly name: string;
  readonly schema: SchemaName;
  /** The message as ProtoJSON, or its binary form in pieces. */
  readonly message: JsonObject | readonly WireRecord[];
  /** The exact JSON text; absent if the message has none. */
  readonly json?: string;
  /** Allows any order of members in the text. */
  readonly anyOrder?: true;
  readonly violations?: readonly CaseViolation[];
  readonly limits?: CaseLimits;
}

/** A document that is read, edited as a message, and written. */
export interface EditCase {
  readonly name: string;
  readonly schema: SchemaName;
  readonly json: string;
  /** Top-level fields to clear first, by local name. */
  readonly clear?: readonly string[];
  /** ProtoJSON to merge into the message. */
  readonly merge?: JsonObject;
  /** The exact text that is written. */
  readonly output: string;
}

/** Texts that are not JSON, by name. Every mode refuses them. */
export interface TextCase {
  readonly name: string;
  readonly schema: SchemaName;
  readonly texts: Readonly<Record<string, string | Uint8Array>>;
  /** Offset of the error in bytes; by default, any offset within the text. */
  readonly offset?: number;
}
