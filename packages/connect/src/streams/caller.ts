import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** The headers that say who a caller is: its credentials, and what it acts for. */
const identifying = ["authorization", "api-key", "openai-organization", "openai-project"] as const;

const KEY_BYTES = 32;

/** A caller, as a hash of its credentials. */
export type Caller = Buffer;

/**
 * Tells callers apart by the credentials of their requests, without keeping these: the
 * hash has a random key that lives as long as the process.
 */
export class Callers {
  readonly #key = randomBytes(KEY_BYTES);

  /** Returns who sent a request with these headers. */
  of(headers: Headers): Caller {
    // As JSON, the values cannot run into each other, and null is not "".
    const identity = JSON.stringify(identifying.map((name) => headers.get(name)));
    return createHmac("sha256", this.#key).update(identity).digest();
  }
}

/** Whether two callers are the same; compared in constant time. */
export function isSameCaller(one: Caller, other: Caller): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
