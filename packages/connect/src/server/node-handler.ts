import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { createConnectRouter, createContextValues } from "@connectrpc/connect";
import {
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import { connectionKey, connectionOf } from "./connection.js";
import { registerHandlers, type ServiceHandlers } from "./server.js";
import { explainTooLarge, watchSize } from "./too-large.js";

/** Options of the handler. */
export interface NodeHandlerOptions {
  /** Whether messages are compressed for callers that accept it. @defaultValue false */
  readonly compression?: boolean;
  /** The largest message that is read, in bytes. @defaultValue 4 MiB */
  readonly maxMessageBytes?: number;
  /** Ends all calls when it is aborted, with its reason. */
  readonly shutdownSignal?: AbortSignal;
}

/** Handles a request of Node's HTTP servers, for HTTP/1.1 and HTTP/2. */
export type NodeHandler = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void;

function pathOf({ parent, name }: DescMethod): string {
  return servicePath(parent) + name;
}

/** Returns the common prefix of the paths of a service's rpcs. */
export function servicePath({ typeName }: DescService): string {
  return `/${typeName}/`;
}

const DEFAULT_MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
const NOT_FOUND = 404;

/**
 * Serves the implementation of services over Connect, gRPC and gRPC-web. A broken connection is not
 * reported as a server error; the signal of the call informs the implementation.
 */
export function createNodeHandler(
  handlers: ServiceHandlers,
  options: NodeHandlerOptions = {},
): NodeHandler {
  const maxBytes = options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES;
  const router = createConnectRouter({
    acceptCompression: options.compression === true ? [compressionGzip] : [],
    readMaxBytes: maxBytes,
    interceptors: [explainTooLarge],
    ...(options.shutdownSignal && { shutdownSignal: options.shutdownSignal }),
  });
  registerHandlers(router, handlers);
  const unaryPaths = new Set([...handlers.unary.keys()].map(pathOf));
  const handlerByPath = new Map(router.handlers.map((handler) => [handler.requestPath, handler]));
  return (request, response) => {
    const [path = ""] = (request.url ?? "").split("?");
    const handler = handlerByPath.get(path);
    if (handler === undefined) {
      response.statusCode = NOT_FOUND;
      response.end();
      return;
    }
    const values = createContextValues().set(connectionKey, connectionOf(response));
    const call = universalRequestFromNodeRequest(request, response, undefined, values);
    handler(unaryPaths.has(path) ? watchSize(call, maxBytes) : call)
      .then((answer) => universalResponseToNodeResponse(answer, response))
      .catch(() => response.destroy());
  };
}
