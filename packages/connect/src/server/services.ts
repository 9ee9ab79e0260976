import type { DescMethod } from "@bufbuild/protobuf";
import { type ConnectRouter, createConnectRouter } from "@connectrpc/connect";
import type { UniversalHandler } from "@connectrpc/connect/protocol";
import { getServiceMapping, type StreamMapping } from "@stepwire/mapping";
import { BlockCall } from "./block-call.js";
import { isForStreamFormat, respondInBlocks } from "./block-response.js";
import type { AnswerCompression } from "./compression.js";
import type { IncomingRequest } from "./incoming-request.js";
import type { ResponseSink } from "./response-sink.js";
import { type BlockHandler, registerHandlers, type ServiceHandlers } from "./server.js";
import { servicePath } from "./service-path.js";
import { explainTooLarge, watchSize } from "./too-large.js";

/** Options of a handler of HTTP requests. */
export interface ServicesOptions {
  /** Without it, nothing is compressed. */
  readonly compression?: AnswerCompression | undefined;
  /** The largest message that is read, in bytes. */
  readonly maxMessageBytes: number;
  /** Ends all calls when it is aborted, with its reason. */
  readonly shutdownSignal?: AbortSignal | undefined;
  /** Start of all paths, such as `/inner`. @defaultValue none */
  readonly prefix?: string | undefined;
  /** Whether gRPC is served, which needs trailers. gRPC-web does not. */
  readonly grpc: boolean;
}

/** The default of the largest message that is read, in bytes. */
export const DEFAULT_MAX_MESSAGE_BYTES: number = 4 * 1024 * 1024;

/** What answers the requests for one rpc. */
export interface Route {
  readonly isUnary: boolean;
  /** Answers a request of the protocols of Connect. */
  readonly handle: (request: Parameters<UniversalHandler>[0]) => ReturnType<UniversalHandler>;
  /** For the stream format. */
  readonly stream: StreamRoute | undefined;
}

interface StreamRoute {
  readonly method: StreamMapping;
  readonly handler: BlockHandler;
}

/** The implementation of services, by the paths of their rpcs. */
export class Services {
  readonly #options: ServicesOptions;
  readonly #routes: ReadonlyMap<string, Route>;
  readonly #calls = new Set<BlockCall>();

  constructor(handlers: ServiceHandlers, options: ServicesOptions) {
    this.#options = options;
    const { compression, maxMessageBytes, shutdownSignal, grpc } = options;
    const router = createConnectRouter({
      grpc,
      acceptCompression: [...(compression?.messages ?? [])],
      readMaxBytes: maxMessageBytes,
      interceptors: [explainTooLarge],
      ...(shutdownSignal && { shutdownSignal }),
    });
    registerHandlers(router, handlers);
    this.#routes = routesOf(router, handlers, maxMessageBytes);
    shutdownSignal?.addEventListener("abort", () => {
      for (const call of this.#calls) {
        call.abort(shutdownSignal.reason);
      }
    });
  }

  /** Returns what answers the requests for a URL. */
  at(url: string): Route | undefined {
    const { prefix = "" } = this.#options;
    if (!url.startsWith(prefix)) {
      return undefined;
    }
    const query = url.indexOf("?");
    return this.#routes.get(url.slice(prefix.length, query < 0 ? undefined : query));
  }

  /**
   * Answers a request if it is for the stream format; otherwise, returns undefined. The promise settles
   * when the answer was written, and never rejects.
   */
  respondInStreamFormat(
    { stream }: Route,
    request: IncomingRequest,
    sink: ResponseSink,
  ): Promise<void> | undefined {
    if (stream === undefined || !isForStreamFormat(request.headers)) {
      return undefined;
    }
    const { compression, maxMessageBytes, shutdownSignal } = this.#options;
    const call = new BlockCall(request, sink);
    this.#calls.add(call);
    if (shutdownSignal?.aborted === true) {
      call.abort(shutdownSignal.reason);
    }
    const options = { compression, maxMessageBytes };
    return respondInBlocks(stream.method, stream.handler, call, sink, options).then(() => {
      this.#calls.delete(call);
    });
  }
}

function routesOf(
  { handlers: universal }: ConnectRouter,
  { unary, blocks }: ServiceHandlers,
  maxBytes: number,
): Map<string, Route> {
  const unaryPaths = new Set([...unary.keys()].map(pathOf));
  const streams = new Map(
    [...blocks].map(([method, handler]) => [
      pathOf(method),
      { method: streamMappingOf(method), handler },
    ]),
  );
  return new Map(
    universal.map((handler) => {
      const path = handler.requestPath;
      const isUnary = unaryPaths.has(path);
      const handle: Route["handle"] = isUnary
        ? (request) => handler(watchSize(request, maxBytes))
        : handler;
      return [path, { isUnary, handle, stream: streams.get(path) }];
    }),
  );
}

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
