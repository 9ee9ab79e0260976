import type { DescOneof } from "@bufbuild/protobuf";
import { type Fields, fieldsOf, type OneofValue, oneofOf } from "@stepwire/mapping";
import { freezeDeep } from "./fields.js";

/** Maximum number of elements or members that are written into a snapshot immediately. */
export const EAGER_SIZE = 32;

/** A property of a snapshot that is built when it is first read. Merging uses `source`. */
export class Lazy<Source> {
  readonly source: Source;
  #build: ((source: Source) => unknown) | undefined;
  #value: unknown;

  constructor(source: Source, build: (source: Source) => unknown) {
    this.source = source;
    this.#build = build;
  }

  get value(): unknown {
    if (this.#build !== undefined) {
      this.#value = this.#build(this.source);
      this.#build = undefined;
    }
    return this.#value;
  }
}

/** The properties of messages that contain lazy ones. */
const sources = new WeakMap<object, Fields>();

/** Returns the properties of a message, with `Lazy` for those that are not built yet. */
export function propertiesOf(message: Fields): Fields {
  return sources.get(message) ?? message;
}

/**
 * Returns a frozen message with these properties. A lazy property becomes an accessor, which can be
 * read and copied like any other property.
 */
export function sealMessage(properties: Fields): Fields {
  let message: Fields | undefined;
  for (const name of Object.keys(properties)) {
    const value = properties[name];
    if (value instanceof Lazy) {
      message ??= { ...properties };
      Object.defineProperty(message, name, { enumerable: true, get: () => value.value });
    }
  }
  if (message === undefined) {
    return Object.freeze(properties);
  }
  sources.set(message, properties);
  return Object.freeze(message);
}

/** Returns the set arm of a oneof, whose value may be `Lazy`. */
export function setArmOf(fields: Fields, oneof: DescOneof): OneofValue {
  const { case: set, value } = propertiesOf(fieldsOf(oneofOf(fields, oneof)));
  return { case: typeof set === "string" ? set : undefined, value };
}

/** Returns the property value of a oneof, whose arm may have a lazy value. */
export function sealArm(arm: string, value: unknown): Fields {
  return value instanceof Lazy
    ? sealMessage({ case: arm, value })
    : freezeDeep({ case: arm, value });
}
