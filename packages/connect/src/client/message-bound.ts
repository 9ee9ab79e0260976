import { Code } from "@connectrpc/connect";
import { badAnswer } from "./bad-answer.js";

/** Content types that put 5 bytes before each message: a flag and the length. */
const ENVELOPED = /^application\/(grpc|connect\+)/i;
const PREFIX_BYTES = 5;
const BYTE = 256;

/** Returns whether a body of a content type has several messages, each after its length. */
export function isEnveloped(contentType: string): boolean {
  return ENVELOPED.test(contentType.trim());
}

/** Checks the size of the messages in a body while it arrives. */
export class MessageBound {
  readonly #isEnveloped: boolean;
  readonly #maxBytes: number;
  /** Bytes of the current message, or of the body, so far. */
  #length = 0;
  /** Bytes of the current message's prefix that have arrived. */
  #prefix = 0;
  /** The length that the prefix announces. */
  #announced = 0;

  constructor(isEnveloped: boolean, maxBytes: number) {
    this.#isEnveloped = isEnveloped;
    this.#maxBytes = maxBytes;
  }

  /** @throws {ConnectError} `resource_exhausted` if a message is too large. */
  check(chunk: Uint8Array): void {
    if (this.#isEnveloped) {
      this.#checkEnvelopes(chunk);
      return;
    }
    this.#length += chunk.length;
    this.#require(this.#length);
  }

  #checkEnvelopes(chunk: Uint8Array): void {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#prefix < PREFIX_BYTES) {
        const byte = chunk[offset++] ?? 0;
        // The first byte is the flag.
        this.#announced = this.#prefix === 0 ? 0 : this.#announced * BYTE + byte;
        this.#prefix++;
        if (this.#prefix < PREFIX_BYTES) {
          continue;
        }
        this.#require(this.#announced);
        this.#length = 0;
      }
      const rest = Math.min(this.#announced - this.#length, chunk.length - offset);
      this.#length += rest;
      offset += rest;
      if (this.#length === this.#announced) {
        this.#prefix = 0;
      }
    }
  }

  #require(length: number): void {
    if (length > this.#maxBytes) {
      throw badAnswer(
        Code.ResourceExhausted,
        "service_too_large",
        `A message of the service is larger than ${this.#maxBytes} bytes.`,
      );
    }
  }
}
