import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, Http2ServerResponse } from "node:http2";
import type { DescMethod } from "@bufbuild/protobuf";
import { createConnectRouter, createContextValues } from "@connectrpc/connect";
import {
  compressionGzip,
  universalRequestFromNodeRequest,
  universalResponseToNodeResponse,
} from "@connectrpc/connect-node";
import { getServiceMapping, type StreamMapping } from "@stepwire/mapping";
import { NodeHeaders } from "../headers.js";
import { BlockCall } from "./block-call.js";
import { isForStreamFormat, respondInBlocks } from "./block-response.js";
import { connectionKey, connectionOf } from "./connection.js";
import { answerCors, type CorsOptions } from "./cors.js";
import { registerHandlers, type ServiceHandlers } from "./server.js";
import { servicePath } from "./service-path.js";
import { explainTooLarge, watchSize } from "./too-large.js";

/** Options of the handler. */
export interface NodeHandlerOptions {
  /** Whether messages are compressed for callers that accept it. @defaultValue false */
  readonly compression?: boolean;
  /** The largest message that is read, in bytes. @defaultValue 4 MiB */
  readonly maxMessageBytes?: number;
  /**
   * Lets web pages of other origins call the services. @defaultValue none; only pages of the same
   * origin can
   */
  readonly cors?: CorsOptions;
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

function streamMappingOf({ parent, name }: DescMethod): StreamMapping {
  const mapping = getServiceMapping(parent).methodByName.get(name);
  if (mapping?.kind !== "stream") {
    throw new TypeError(`${parent.typeName}.${name} is not a stream`);
  }
  return mapping;
}

const DEFAULT_MAX_MESSAGE_BYTES = 4 * 1024 * 1024;
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
  const streamByPath = new Map(
    [...handlers.blocks].map(([method, handler]) => [
      pathOf(method),
      { method: streamMappingOf(method), handler },
    ]),
  );
  const blockOptions = {
    compression: options.compression === true,
    maxMessageBytes: maxBytes,
  };
  const calls = new Set<BlockCall>();
  options.shutdownSignal?.addEventListener("abort", () => {
    for (const call of calls) {
      call.abort(options.shutdownSignal?.reason);
    }
  });
  const { cors } = options;
  return (request, response) => {
    // Node's HTTP/2 requests and responses have the API of those of HTTP/1.1.
    if (cors !== undefined && answerCors(request, response as ServerResponse, cors)) {
      return;
    }
    const [path = ""] = (request.url ?? "").split("?");
    const handler = handlerByPath.get(path);
    if (handler === undefined) {
      response.statusCode = NOT_FOUND;
      response.end();
      return;
    }
    const streaming = streamByPath.get(path);
    if (streaming !== undefined) {
      // Node's HTTP/2 requests and responses have the API of those of HTTP/1.1.
      const plainRequest = request as IncomingMessage;
      const plain = response as ServerResponse;
      if (isForStreamFormat(new NodeHeaders(request.headers))) {
        const call = new BlockCall(plainRequest, plain);
        calls.add(call);
        if (options.shutdownSignal?.aborted === true) {
          call.abort(options.shutdownSignal.reason);
        }
        void respondInBlocks(streaming.method, streaming.handler, call, plain, blockOptions).then(
          () => calls.delete(call),
        );
        return;
      }
    }
    const values = createContextValues().set(connectionKey, connectionOf(response));
    const call = universalRequestFromNodeRequest(request, response, undefined, values);
    handler(unaryPaths.has(path) ? watchSize(call, maxBytes) : call)
      .then((answer) => universalResponseToNodeResponse(answer, response))
      .catch(() => response.destroy());
  };
}
