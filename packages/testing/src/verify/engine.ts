import type { DescMessage, JsonObject, Message } from "@bufbuild/protobuf";
import type { Mode } from "../generate/expectation.js";

/** Something that an engine refused, as far as all engines agree on it. */
export interface FoundViolation {
  readonly code: string;
  readonly pointer: string;
}

/** A converter of OpenAI JSON, in the form in which the properties drive it. */
export interface Engine {
  /** Reads JSON text or its bytes; every violation is gathered. */
  parse(schema: DescMessage, json: string | Uint8Array, mode: Mode): Message;
  /** Writes JSON text. */
  stringify(schema: DescMessage, message: Message): string;
  /** The violations that an error stands for; undefined for any other error. */
  violationsOf(error: unknown): readonly FoundViolation[] | undefined;
}

/** An engine that also converts JSON values, and knows the residue. */
export interface ValueEngine extends Engine {
  /** Reads a JSON value; every violation is gathered. */
  fromValue(schema: DescMessage, value: JsonObject, mode: Mode): Message;
  /** Writes a JSON value. */
  toValue(schema: DescMessage, message: Message): unknown;
  /** The violations of a JSON value. */
  check(schema: DescMessage, value: JsonObject, mode: Mode): readonly FoundViolation[];
  /** How many places a message has residue for. */
  countResidue(schema: DescMessage, message: Message): number;
  /** A copy without residue. */
  stripResidue(schema: DescMessage, message: Message): Message;
}
