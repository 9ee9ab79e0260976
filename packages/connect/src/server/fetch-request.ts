import { joinBytes } from "../join-bytes.js";
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

  async readBody(limit: number): Promise<Uint8Array> {
    if (Number(this.headers.get("content-length")) > limit) {
      throw requestTooLarge();
    }
    const body: ReadableStream<Uint8Array> | null = this.#request.body;
    if (body === null) {
      return new Uint8Array(0);
    }
    const chunks: Uint8Array[] = [];
    let length = 0;
    const reader = body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        break;
      }
      length += value.length;
      if (length > limit) {
        reader.cancel().catch(() => {});
        throw requestTooLarge();
      }
      chunks.push(value);
    }
    const [first] = chunks;
    return first !== undefined && chunks.length === 1 ? first : joinBytes(chunks, length);
  }
}
