import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { createNodeHandler } from "@stepwire/connect";
import { NodeRequest, NodeSink } from "@stepwire/connect/internal";
import type { Handler } from "./handler.js";
import type { HandlerRequest } from "./handler-request.js";
import type { IngressHandler } from "./ingress/ingress-handler.js";
import { isMisdirected, originFormOf } from "./routes/target.js";

/**
 * A listener for requests of Node's servers, and a middleware for Express and others like it.
 *
 * @param next called for requests that are not for the handler. Without it, they get 404.
 */
export type NodeListener = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
  next?: () => void,
) => void;

/**
 * Returns a listener for Node's servers, over HTTP/1.1 and HTTP/2, that answers with a handler. Nothing
 * of the Fetch API is used, so it costs less than an adapter for `handler.fetch`. An ingress serves gRPC,
 * too.
 *
 * The body of the request must not have been read: install it before middleware that parses bodies.
 */
export function toNodeListener(
  handler: Pick<Handler, "handle" | "handles"> & Partial<Pick<IngressHandler, "serving">>,
): NodeListener {
  const { serving } = handler;
  const serve = serving && createNodeHandler(serving.handlers, serving);
  return (request, response, next) => {
    const incoming = new NodeHandlerRequest(request);
    if (next !== undefined && !handler.handles(incoming.method, incoming.url)) {
      next();
      return;
    }
    // A client that leaves while something is written.
    response.on("error", () => {});
    if (serving?.accepts(incoming.target) === true) {
      serve?.(request, response);
      return;
    }
    const sink = new NodeSink(response);
    handler.handle(incoming, sink).catch(() => sink.destroy());
  };
}

/** A request of Node's servers. */
class NodeHandlerRequest extends NodeRequest implements HandlerRequest {
  readonly #request: IncomingMessage;

  constructor(request: IncomingMessage | Http2ServerRequest) {
    super(request);
    // Node's HTTP/2 requests have the API of those of HTTP/1.1.
    this.#request = request as IncomingMessage;
  }

  /** The target as it was sent. Express removes the path at which a middleware is mounted from `url`. */
  get target(): string {
    const request = this.#request;
    return "originalUrl" in request && typeof request.originalUrl === "string"
      ? request.originalUrl
      : super.url;
  }

  /** The path and the query. The scheme and the host are left out, unless they are of another server. */
  override get url(): string {
    const { target, headers } = this;
    return isMisdirected(target, headers.get("host")) ? target : originFormOf(target);
  }
}
