import { FetchRequest } from "./fetch-request.js";
import { FetchSink } from "./fetch-sink.js";
import type { ServiceHandlers } from "./server.js";
import { createSinkHandler, type FetchHandlerOptions } from "./sink-handler.js";

/**
 * Handles a request of the Fetch API. Settles when the answer begins; its body follows as a stream. Never
 * rejects because of what the request contains.
 */
export type FetchHandler = (request: Request) => Promise<Response>;

/**
 * Serves the implementation of services over Connect and gRPC-web, and streams also in the stream
 * format, in any runtime with the Fetch API. gRPC needs trailers, which `Response` does not have. If
 * the reader of an answer leaves, the signal of the call informs the implementation.
 */
export function createFetchHandler(
  handlers: ServiceHandlers,
  options: FetchHandlerOptions = {},
): FetchHandler {
  const handle = createSinkHandler(handlers, options);
  return (request) => {
    const sink = new FetchSink(request.signal);
    void handle(new FetchRequest(request), sink);
    return sink.response;
  };
}
