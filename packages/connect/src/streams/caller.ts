import type * as Crypto from "node:crypto";
import type { HeaderReader } from "../headers.js";
import { identifying } from "../identity.js";
import { nodeModule } from "../node-module.js";

const KEY_BYTES = 32;

/** A caller, represented by a hash of its credentials. */
export type Caller = Uint8Array;

type Hash = (text: string) => Caller | Promise<Caller>;

/**
 * Identifies callers by the credentials of their requests without storing the credentials: they are
 * hashed with a random key.
 */
export class Callers {
  #key: Uint8Array<ArrayBuffer> | undefined;
  #hash: Hash | undefined;

  /** @param key the key of the hashes; by default a new one. */
  constructor(key?: Uint8Array) {
    this.#key = key && new Uint8Array(key);
  }

  /** Created when it is needed: some runtimes have random numbers only while they answer a request. */
  get key(): Uint8Array<ArrayBuffer> {
    this.#key ??= crypto.getRandomValues(new Uint8Array(KEY_BYTES));
    return this.#key;
  }

  /** Returns the caller of a request with these headers. Only Node's hash is there at once. */
  of(headers: HeaderReader): Caller | Promise<Caller> {
    this.#hash ??= createHash(this.key);
    // JSON keeps the values apart and distinguishes null from "".
    return this.#hash(JSON.stringify(identifying.map((name) => headers.get(name))));
  }
}

/** Returns HMAC-SHA-256 with a key. */
function createHash(key: Uint8Array<ArrayBuffer>): Hash {
  const node = nodeModule<typeof Crypto>("node:crypto");
  if (node !== undefined) {
    // Creating a hash with a key object costs a fifth of creating one with bytes.
    const secret = node.createSecretKey(key);
    return (text) => node.createHmac("sha256", secret).update(text).digest();
  }
  const { subtle } = crypto;
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const imported = subtle.importKey("raw", key, algorithm, false, ["sign"]);
  return async (text) =>
    new Uint8Array(await subtle.sign("HMAC", await imported, new TextEncoder().encode(text)));
}

/** Compares two callers in constant time. */
export function isSameCaller(one: Caller, other: Uint8Array): boolean {
  let difference = one.length ^ other.length;
  for (let index = 0; index < one.length; index++) {
    difference |= (one[index] ?? 0) ^ (other[index] ?? 0);
  }
  return difference === 0;
}
