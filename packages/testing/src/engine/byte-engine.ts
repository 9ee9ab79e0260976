import type { DescMessage } from "@bufbuild/protobuf";
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
  /** Reads JSON. What is wrong with it is thrown. */
  toBinary(schema: DescMessage, json: Uint8Array, options: ByteEngineOptions): Uint8Array;
  /** Writes JSON. What is wrong with the binary is thrown. */
  toJson(schema: DescMessage, binary: Uint8Array, options: ByteEngineOptions): Uint8Array;
  /** The violations that an error stands for; undefined for any other error. */
  violationsOf(error: unknown): readonly ByteEngineViolation[] | undefined;
}
