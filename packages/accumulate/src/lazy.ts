import type { Fields } from "@stepwire/mapping";

/** Up to this many elements or members are written into a snapshot at once. */
export const EAGER_SIZE = 32;

/**
 * A property of a snapshot that is built when it is first read. `source` is what
 * merging works with.
 */
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

/** The properties of the messages that have lazy ones. */
const sources = new WeakMap<object, Fields>();

/** The properties of a message, with `Lazy` in place of those that are not built yet. */
export function propertiesOf(message: Fields): Fields {
  return sources.get(message) ?? message;
}

/**
 * The frozen message with these properties. A lazy one becomes an accessor, which
 * looks and copies like any other property.
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
