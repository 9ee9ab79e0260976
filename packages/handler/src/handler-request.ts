import { FetchRequest, type IncomingRequest } from "@stepwire/connect/internal";

/** A request of any server. Its body is read at most once: whole, or in chunks. */
export interface HandlerRequest extends IncomingRequest {
  /** Whether the request has a body, which may be empty if its length is not known. */
  readonly hasBody: boolean;
}

/** A `Request` of the Fetch API. */
export class FetchHandlerRequest extends FetchRequest implements HandlerRequest {
  readonly #body: ReadableStream<Uint8Array> | null;

  constructor(request: Request) {
    super(request);
    this.#body = request.body;
  }

  get hasBody(): boolean {
    // Some servers have a stream for every POST.
    return this.#body !== null && this.headers.get("content-length") !== "0";
  }
}
