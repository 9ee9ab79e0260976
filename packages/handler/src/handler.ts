import { FetchSink, type ResponseSink } from "@stepwire/connect/internal";
import { FetchHandlerRequest, type HandlerRequest } from "./handler-request.js";
import { errorAnswer, httpErrors } from "./http-errors.js";

/** Answers the requests of a role. */
export interface Handler {
  /**
   * Answers a request of the Fetch API. Settles when the answer begins; its body follows as a stream.
   * Never rejects: an answer that cannot be sent becomes the status 502, and a client that leaves before,
   * which nobody answers any more, gets the status 499. It does not use `this`.
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

/** Answers the requests of a role, behind its handler. */
export interface HandlerRole {
  handle(request: HandlerRequest, sink: ResponseSink): Promise<void>;
  handles(method: string, url: string): boolean;
  readonly active: number;
  readonly streams: number;
  close(grace: number): Promise<void>;
}

/** The default of the grace period of `close`, in milliseconds. */
const DEFAULT_GRACE = 10_000;

/** Time for streams to send their last error at a shutdown, in milliseconds. */
export const ENDING_GRACE = 1000;

/** Returns the handler of a role, whose functions do not use `this`. */
export function createHandler(role: HandlerRole): Handler {
  const handle: Handler["handle"] = (request, sink) => role.handle(request, sink);
  let closing: Promise<void> | undefined;
  return {
    handle,
    fetch: toFetch(handle),
    handles: (method, url) => role.handles(method, url),
    get active() {
      return role.active;
    },
    get streams() {
      return role.streams;
    },
    close: (grace = DEFAULT_GRACE) => {
      closing ??= role.close(grace);
      return closing;
    },
  };
}

/** Returns the Fetch handler for a function that answers requests of any server. */
function toFetch(handle: Handler["handle"]): Handler["fetch"] {
  return (request) => {
    const sink = new FetchSink(request.signal);
    // Settles when the whole answer was written.
    handle(new FetchHandlerRequest(request), sink).catch(() => sink.destroy());
    return sink.response.catch(notSent);
  };
}

/** Returns the answer of a handler that cut its connection before the head was sent. */
function notSent(cause: unknown): Response {
  const { status, headers, body } = errorAnswer(httpErrors.notSent(cause));
  // The bytes are those of a `TextEncoder`, so not in shared memory.
  return new Response(body as Uint8Array<ArrayBuffer>, {
    status,
    headers: headers.map(([name, value]) => [name, value]),
  });
}
