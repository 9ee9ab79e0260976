import { copyBytes } from "./fields.js";
import { Lazy } from "./lazy.js";

/** Bytes to which deltas append, in a form in which this costs only what is appended. */
export class HeldBytes {
  readonly length: number;
  readonly #head: HeldBytes | undefined;
  readonly #tail: Uint8Array;

  private constructor(head: HeldBytes | undefined, tail: Uint8Array) {
    this.length = (head?.length ?? 0) + tail.length;
    this.#head = head;
    this.#tail = tail;
  }

  /** Returns the bytes of a property value of a message. */
  static of(property: unknown): HeldBytes {
    if (property instanceof Lazy) {
      // Only `append` creates lazy values for this property.
      return property.source as HeldBytes;
    }
    return new HeldBytes(undefined, property instanceof Uint8Array ? property : new Uint8Array());
  }

  /** Returns the property value for a message that has more bytes. */
  append(bytes: Uint8Array): Lazy<HeldBytes> {
    return new Lazy(new HeldBytes(this, copyBytes(bytes)), (held) => held.#join());
  }

  #join(): Uint8Array {
    const joined = new Uint8Array(this.length);
    let end = this.length;
    for (let part: HeldBytes | undefined = this; part !== undefined; part = part.#head) {
      end -= part.#tail.length;
      joined.set(part.#tail, end);
    }
    return joined;
  }
}
