import {
  createHmac,
  createSecretKey,
  type KeyObject,
  randomBytes,
  timingSafeEqual,
} from "node:crypto";
import type { HeaderReader } from "../headers.js";
import { identifying } from "../identity.js";

const KEY_BYTES = 32;

/** A caller, represented by a hash of its credentials. */
export type Caller = Buffer;

/**
 * Identifies callers by the credentials of their requests without storing the credentials: they are
 * hashed with a random key.
 */
export class Callers {
  readonly key: Uint8Array;
  /** The same key. Creating a hash with it costs a fifth of creating one with bytes. */
  readonly #key: KeyObject;

  /** @param key the key of the hashes; by default a new one. */
  constructor(key: Uint8Array = randomBytes(KEY_BYTES)) {
    this.key = key;
    this.#key = createSecretKey(key);
  }

  /** Returns the caller of a request with these headers. */
  of(headers: HeaderReader): Caller {
    // JSON keeps the values apart and distinguishes null from "".
    const identity = JSON.stringify(identifying.map((name) => headers.get(name)));
    return createHmac("sha256", this.#key).update(identity).digest();
  }
}

/** Compares two callers in constant time. */
export function isSameCaller(one: Caller, other: Uint8Array): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
