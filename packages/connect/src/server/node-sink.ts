import type { ServerResponse } from "node:http";
import type { Http2ServerResponse } from "node:http2";
import { BodyWriter } from "./body-writer.js";
import type { ResponseSink } from "./response-sink.js";

/** Writes an answer to a response of Node's servers, for HTTP/1.1 and HTTP/2. */
export class NodeSink implements ResponseSink {
  readonly #response: ServerResponse;
  #body: BodyWriter | undefined;

  constructor(response: ServerResponse | Http2ServerResponse) {
    // Node's HTTP/2 responses have the API of those of HTTP/1.1.
    this.#response = response as ServerResponse;
  }

  head(status: number, headers: Iterable<readonly [name: string, value: string]>): void {
    const response = this.#response;
    response.statusCode = status;
    for (const [name, value] of headers) {
      response.appendHeader(name, value);
    }
  }

  write(part: Uint8Array): boolean {
    const response = this.#response;
    if (response.destroyed) {
      return false;
    }
    if (this.#body === undefined) {
      this.#body = new BodyWriter(response);
      if (part.length === 0) {
        return !response.writableNeedDrain;
      }
    }
    return this.#body.write(part);
  }

  writable(): Promise<void> {
    const response = this.#response;
    return new Promise((resolve) => {
      const settle = (): void => {
        response.off("drain", settle);
        response.off("close", settle);
        resolve();
      };
      response.on("drain", settle);
      response.on("close", settle);
      if (response.destroyed) {
        settle();
      }
    });
  }

  end(part?: Uint8Array, finished?: () => void): void {
    if (this.#body === undefined) {
      this.#response.end(part, finished);
    } else {
      this.#body.end(part, finished);
    }
  }

  get isStarted(): boolean {
    return this.#response.headersSent;
  }

  get isFinished(): boolean {
    return this.#response.writableFinished;
  }

  get isGone(): boolean {
    return this.#response.destroyed;
  }

  onGone(listener: () => void): void {
    this.#response.once("close", listener);
  }

  destroy(): void {
    this.#response.destroy();
  }
}
