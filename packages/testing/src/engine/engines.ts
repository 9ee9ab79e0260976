import type { DescMessage, JsonObject, Message } from "@bufbuild/protobuf";
import type { Mode } from "../generate/expectation.js";

/** How an engine is asked to convert; what is not given has the engine's default. */
export interface ByteEngineOptions {
  readonly mode?: Mode;
  readonly maxDepth?: number;
  readonly maxBytes?: number;
}

/** Something that an engine refused, in the words in which it told a user. */
export interface ByteEngineViolation {
  readonly code: string;
  readonly pointer: string;
  readonly path: string;
  readonly expected: string;
  readonly found: string;
  readonly offset?: number | undefined;
}

/** A converter between the bytes of OpenAI JSON and those of Protobuf. */
export interface ByteEngine {
  readonly name: string;
  /** Reads JSON. Throws its violations. */
  toBinary(schema: DescMessage, json: Uint8Array, options: ByteEngineOptions): Uint8Array;
  /** Writes JSON. Throws the violations of the binary form. */
  toJson(schema: DescMessage, binary: Uint8Array, options: ByteEngineOptions): Uint8Array;
  /** Returns the violations of an error; undefined for any other error. */
  violationsOf(error: unknown): readonly ByteEngineViolation[] | undefined;
}

/** As much of a violation as all engines agree on. */
export type FoundViolation = Pick<ByteEngineViolation, "code" | "pointer">;

/** A converter between OpenAI JSON, as text and as values, and messages. */
export interface MessageEngine {
  /** Reads JSON text or its bytes; every violation is gathered. */
  parse(schema: DescMessage, json: string | Uint8Array, mode: Mode): Message;
  /** Writes JSON text. */
  stringify(schema: DescMessage, message: Message): string;
  /** Reads a JSON value; every violation is gathered. */
  fromValue(schema: DescMessage, value: JsonObject, mode: Mode): Message;
  /** Writes a JSON value. */
  toValue(schema: DescMessage, message: Message): unknown;
  /** Returns the violations of a JSON value. */
  check(schema: DescMessage, value: JsonObject, mode: Mode): readonly FoundViolation[];
  /** Returns the kinds of residue that a message has, one for each place. */
  residueKinds(schema: DescMessage, message: Message): readonly string[];
  /**
   * Returns a copy without residue. Only notes remain that a payload is null or absent, if it has no
   * other JSON form.
   */
  stripResidue(schema: DescMessage, message: Message): Message;
  /** Returns the violations of an error; undefined for any other error. */
  violationsOf(error: unknown): readonly FoundViolation[] | undefined;
}
