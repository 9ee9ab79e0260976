import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { DescService } from "@bufbuild/protobuf";
import {
  Code,
  ConnectError,
  createConnectRouter,
  createContextValues,
  type Interceptor,
} from "@connectrpc/connect";
import {
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import { OpenAIHttpError } from "../errors/openai-http-error.js";
import { mapEvents } from "../streams/map-events.js";
import { connectionKey, connectionOf } from "./connection.js";
import { registerHandlers, type ServiceHandlers } from "./server.js";

/** How calls are answered. */
export interface NodeHandlerOptions {
  /** Whether messages are compressed for callers that accept it. @defaultValue false */
  readonly compression?: boolean;
  /** The largest message that is read, in bytes. @defaultValue 4 MiB */
  readonly maxMessageBytes?: number;
  /** Ends all calls when it is aborted, with its reason. */
  readonly shutdownSignal?: AbortSignal;
}

/** Answers a request of Node's HTTP servers, HTTP/1.1 and HTTP/2 alike. */
export type NodeHandler = (
  request: IncomingMessage | Http2ServerRequest,
  response: ServerResponse | Http2ServerResponse,
) => void;

/** Returns what the paths of a service's rpcs begin with. */
export function servicePath({ typeName }: DescService): string {
  return `/${typeName}/`;
}

const DEFAULT_MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
const NOT_FOUND = 404;

/**
 * Says of a request that is too large what the API says of it. Only requests for streams
 * have bodies of a client; without this, too large a one would be told as too many.
 */
const explainTooLarge: Interceptor = (next) => (request) =>
  next(
    request.stream
      ? {
          ...request,
          message: mapEvents(request.message, {
            mapError: (error) =>
              ConnectError.from(error).code === Code.ResourceExhausted
                ? requestTooLarge(error)
                : error,
          }),
        }
      : request,
  );

function requestTooLarge(cause: unknown): ConnectError {
  const members = { message: "The request is too large.", code: "request_too_large" };
  return OpenAIHttpError.create(413, members, { cause }).toConnectError();
}

/**
 * Serves the implementation of services over Connect, gRPC and gRPC-web. A connection that
 * breaks is no error of the server's and is not reported: the call's signal tells its
 * implementation.
 */
export function createNodeHandler(
  handlers: ServiceHandlers,
  options: NodeHandlerOptions = {},
): NodeHandler {
  const router = createConnectRouter({
    acceptCompression: options.compression === true ? [compressionGzip] : [],
    readMaxBytes: options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES,
    interceptors: [explainTooLarge],
    ...(options.shutdownSignal && { shutdownSignal: options.shutdownSignal }),
  });
  registerHandlers(router, handlers);
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
    handler(universalRequestFromNodeRequest(request, response, undefined, values))
      .then((answer) => universalResponseToNodeResponse(answer, response))
      .catch(() => response.destroy());
  };
}
