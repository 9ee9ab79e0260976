import { FetchRequest, type IncomingRequest } from "@stepwire/connect/internal";

/** A request of any server. Its body is read at most once: whole, or in chunks. */
export interface HandlerRequest extends IncomingRequest {
  /** Whether the request has a body, which may be empty if its length is not known. */
  readonly hasBody: boolean;
  /**
   * Yields the chunks of the body as they arrive. Who ends the iteration early leaves the rest unread;
   * the connection stays open for the answer.
   */
  chunks(): AsyncIterable<Uint8Array>;
}

/** A `Request` of the Fetch API. */
export class FetchHandlerRequest extends FetchRequest implements HandlerRequest {
  readonly #body: ReadableStream<Uint8Array> | null;

  constructor(request: Request) {
    super(request);
    this.#body = request.body;
  }

  get hasBody(): boolean {
    return this.#body !== null;
  }

  async *chunks(): AsyncGenerator<Uint8Array, void> {
    const reader = this.#body?.getReader();
    if (reader === undefined) {
      return;
    }
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (done) {
          return;
        }
        yield value;
      }
    } finally {
      reader.releaseLock();
    }
  }
}
