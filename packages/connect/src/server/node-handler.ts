import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import { createContextValues } from "@connectrpc/connect";
import {
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import type { AnswerCompression } from "./compression.js";
import { connectionKey, connectionOf } from "./connection.js";
import { type CorsOptions, corsAnswer, NO_CONTENT } from "./cors.js";
import { nodeCompression } from "./node-compression.js";
import { NodeRequest } from "./node-request.js";
import { NodeSink } from "./node-sink.js";
import type { ServiceHandlers } from "./server.js";
import { DEFAULT_MAX_MESSAGE_BYTES, Services } from "./services.js";

/** Options of the handler. */
export interface NodeHandlerOptions {
  /**
   * Whether answers are compressed for callers that accept it; or what compresses them. @defaultValue false
   */
  readonly compression?: boolean | AnswerCompression | undefined;
  /** The largest message that is read, in bytes. @defaultValue 4 MiB */
  readonly maxMessageBytes?: number | undefined;
  /**
   * Lets web pages of other origins call the services. @defaultValue none; only pages of the same
   * origin can
   */
  readonly cors?: CorsOptions | undefined;
  /** Ends all calls when it is aborted, with its reason. */
  readonly shutdownSignal?: AbortSignal | undefined;
  /** Start of the paths of the services, such as `/inner`. @defaultValue none */
  readonly prefix?: string | undefined;
}

/** Handles a request of Node's HTTP servers, for HTTP/1.1 and HTTP/2. */
export type NodeHandler = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void;

const NOT_FOUND = 404;

/**
 * Serves the implementation of services over Connect, gRPC and gRPC-web, and streams also in the
 * stream format. A broken connection is not
 * reported as a server error; the signal of the call informs the implementation.
 */
export function createNodeHandler(
  handlers: ServiceHandlers,
  options: NodeHandlerOptions = {},
): NodeHandler {
  const { cors, compression, prefix = "" } = options;
  const { maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES } = options;
  const services = new Services(handlers, {
    ...options,
    maxMessageBytes,
    compression: compression === true ? nodeCompression : compression || undefined,
    grpc: true,
  });
  return (nodeRequest, response) => {
    const request = new NodeRequest(nodeRequest);
    if (cors !== undefined) {
      const { headers, isPreflight } = corsAnswer(request, cors);
      for (const [name, value] of headers) {
        response.setHeader(name, value);
      }
      if (isPreflight) {
        response.statusCode = NO_CONTENT;
        response.end();
        return;
      }
    }
    const route = services.at(prefix === "" ? request.url : wholeUrl(nodeRequest));
    if (route === undefined) {
      response.statusCode = NOT_FOUND;
      response.end();
      return;
    }
    const sink = new NodeSink(response);
    if (services.respondInStreamFormat(route, request, sink) !== undefined) {
      return;
    }
    const values = createContextValues().set(connectionKey, connectionOf(sink));
    route
      .handle(universalRequestFromNodeRequest(nodeRequest, response, undefined, values))
      .then((answer) => universalResponseToNodeResponse(answer, response))
      .catch(() => response.destroy());
  };
}

/** Express removes the path at which a middleware is mounted from `url`. */
function wholeUrl(request: IncomingMessage | Http2ServerRequest): string {
  return "originalUrl" in request && typeof request.originalUrl === "string"
    ? request.originalUrl
    : (request.url ?? "");
}
