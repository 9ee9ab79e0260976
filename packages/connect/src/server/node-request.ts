import type { IncomingMessage } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import { NodeHeaders } from "../headers.js";
import { bodyAlreadyRead } from "./already-read.js";
import type { IncomingRequest } from "./incoming-request.js";
import { requestTooLarge } from "./too-large.js";

/** A request of Node's servers, for HTTP/1.1 and HTTP/2. */
export class NodeRequest implements IncomingRequest {
  readonly headers: NodeHeaders;
  readonly #request: IncomingMessage;
  #onError: ((error: unknown) => void) | undefined;

  constructor(request: IncomingMessage | Http2ServerRequest) {
    // Node's HTTP/2 requests have the API of those of HTTP/1.1.
    this.#request = request as IncomingMessage;
    this.headers = new NodeHeaders(request.headers);
    // Without a listener, Node throws an error of an HTTP/2 stream as an uncaught one.
    this.#request.on("error", (error) => this.#onError?.(error));
  }

  get method(): string {
    return this.#request.method ?? "";
  }

  get url(): string {
    return this.#request.url ?? "";
  }

  /** Whether the request has a body, which may be empty if its length is not known. */
  get hasBody(): boolean {
    const request = this.#request;
    if (request.httpVersionMajor > 1) {
      // No header has to say that there is a body.
      return !(request as unknown as Http2ServerRequest).stream.endAfterHeaders;
    }
    const { headers } = request;
    return Number(headers["content-length"] ?? 0) > 0 || headers["transfer-encoding"] !== undefined;
  }

  chunks(): AsyncIterable<Uint8Array> {
    if (this.#isRead && this.hasBody) {
      throw bodyAlreadyRead();
    }
    return this.#request.iterator({ destroyOnReturn: false });
  }

  readBody(limit: number): Promise<Uint8Array> {
    const request = this.#request;
    return new Promise((resolve, reject) => {
      // No event will come any more.
      if (this.#isRead) {
        if (this.hasBody) {
          reject(bodyAlreadyRead());
        } else {
          resolve(new Uint8Array(0));
        }
        return;
      }
      if (request.destroyed) {
        reject(callerLeft());
        return;
      }
      if (Number(this.headers.get("content-length")) > limit) {
        reject(requestTooLarge());
        return;
      }
      const chunks: Uint8Array[] = [];
      let length = 0;
      const read = (chunk: Uint8Array): void => {
        length += chunk.length;
        if (length > limit) {
          request.off("data", read);
          request.resume();
          reject(requestTooLarge());
        } else {
          chunks.push(chunk);
        }
      };
      request.on("data", read);
      request.once("end", () => {
        const [first] = chunks;
        resolve(first !== undefined && chunks.length === 1 ? first : Buffer.concat(chunks, length));
      });
      this.#onError = reject;
      request.once("close", () => {
        if (!request.readableEnded) {
          reject(callerLeft());
        }
      });
    });
  }

  /** Whether something else has read the body, or begun to. */
  get #isRead(): boolean {
    return this.#request.readableEnded || this.#request.readableDidRead;
  }
}

function callerLeft(): Error {
  return new Error("the caller left before the end of its request");
}
