import { joinBytes } from "@stepwire/wire/internal";
import { bodyAlreadyRead } from "./already-read.js";
import type { IncomingRequest } from "./incoming-request.js";
import { requestTooLarge } from "./too-large.js";

/** A `Request` of the Fetch API. */
export class FetchRequest implements IncomingRequest {
  readonly #request: Request;

  constructor(request: Request) {
    this.#request = request;
  }

  get method(): string {
    return this.#request.method;
  }

  get url(): string {
    const { url } = this.#request;
    const path = url.indexOf("/", url.indexOf("://") + "://".length);
    return path < 0 ? "/" : url.slice(path).split("#", 1).join("");
  }

  get headers(): Headers {
    return this.#request.headers;
  }

  chunks(): AsyncGenerator<Uint8Array, void> {
    if (this.#request.bodyUsed) {
      throw bodyAlreadyRead();
    }
    return this.#chunks();
  }

  async *#chunks(): AsyncGenerator<Uint8Array, void> {
    const { signal } = this.#request;
    const body: ReadableStream<Uint8Array> | null = this.#request.body;
    if (body === null) {
      return;
    }
    const reader = body.getReader();
    // Not every runtime ends the body of a request whose caller has left.
    const leave = (): void => {
      reader.cancel(signal.reason).catch(() => {});
    };
    signal.addEventListener("abort", leave, { once: true });
    if (signal.aborted) {
      leave();
    }
    try {
      for (;;) {
        const { done, value } = await reader.read();
        signal.throwIfAborted();
        if (done) {
          return;
        }
        yield value;
      }
    } finally {
      signal.removeEventListener("abort", leave);
      reader.releaseLock();
    }
  }

  async readBody(limit: number): Promise<Uint8Array> {
    if (Number(this.headers.get("content-length")) > limit) {
      throw requestTooLarge();
    }
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of this.chunks()) {
      length += chunk.length;
      if (length > limit) {
        throw requestTooLarge();
      }
      chunks.push(chunk);
    }
    const [first] = chunks;
    return first !== undefined && chunks.length === 1 ? first : joinBytes(chunks);
  }
}
