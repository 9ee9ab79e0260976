import { FetchSink, type ResponseSink } from "@stepwire/connect/internal";
import { FetchHandlerRequest, type HandlerRequest } from "./handler-request.js";

/** Answers the requests of a role. */
export interface Handler {
  /**
   * Answers a request of the Fetch API. Settles when the answer begins; its body follows as a stream.
   * Rejects only if no answer can be written, not even an error; a client that leaves before, which nobody
   * answers any more, gets the status 499. It does not use `this`.
   */
  readonly fetch: (request: Request) => Promise<Response>;
  /**
   * Answers a request of any server. Settles when the answer was written. Rejects only if none can be
   * written, not even an error. It does not use `this`.
   */
  readonly handle: (request: HandlerRequest, sink: ResponseSink) => Promise<void>;
  /** Returns whether a request is for this handler. It answers others with 404. */
  readonly handles: (method: string, url: string) => boolean;
  /** Number of requests that are being answered. */
  readonly active: number;
  /** Number of streams among them. */
  readonly streams: number;
  /**
   * Refuses new requests and waits for others to end, for at most the grace period, in milliseconds.
   * Then ends those that remain with an error. @defaultValue 10,000
   */
  readonly close: (grace?: number) => Promise<void>;
}

/** The default of the grace period of `close`, in milliseconds. */
export const DEFAULT_GRACE = 10_000;

/** Returns the Fetch handler for a function that answers requests of any server. */
export function toFetch(handle: Handler["handle"]): Handler["fetch"] {
  return (request) => {
    const sink = new FetchSink(request.signal);
    // Settles when the whole answer was written.
    handle(new FetchHandlerRequest(request), sink).catch(() => sink.destroy());
    return sink.response;
  };
}
