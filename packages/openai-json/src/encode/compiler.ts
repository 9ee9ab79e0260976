import type { MessageMapping } from "@stepwire/mapping";
import type { Encoder } from "./encoder.js";
import { compileObject } from "./object.js";
import type { JsonTarget } from "./target.js";
import { compileArray, compileByKind, compileInline } from "./unwrapped.js";

/**
 * Compiles encoders for one kind of output, each on first use. The compiled code contains the target, so
 * that calls to it are direct.
 */
export class EncoderCompiler<Json, Members> {
  readonly target: JsonTarget<Json, Members>;
  readonly #encoders = new WeakMap<MessageMapping, Encoder<Json, Members>>();

  constructor(target: JsonTarget<Json, Members>) {
    this.target = target;
  }

  /** Returns the encoder of a message type. */
  message(mapping: MessageMapping): Encoder<Json, Members> {
    let encode = this.#encoders.get(mapping);
    if (encode === undefined) {
      encode = this.#compile(mapping);
      this.#encoders.set(mapping, encode);
    }
    return encode;
  }

  #compile(mapping: MessageMapping): Encoder<Json, Members> {
    switch (mapping.kind) {
      case "object":
        return compileObject(mapping, this);
      case "array":
        return compileArray(mapping, this);
      case "inline":
        return compileInline(mapping, this);
      case "byKind":
        return compileByKind(mapping, this);
    }
  }
}
