import { Code, ConnectError, createContextValues } from "@connectrpc/connect";
import {
  type UniversalServerRequest,
  type UniversalServerResponse,
  universalServerRequestFromFetch,
} from "@connectrpc/connect/protocol";
import type { Header } from "../headers.js";
import { joinBytes } from "../join-bytes.js";
import type { AnswerCompression } from "./compression.js";
import { connectionKey, connectionOf } from "./connection.js";
import { type CorsOptions, corsAnswer, NO_CONTENT } from "./cors.js";
import { FetchRequest } from "./fetch-request.js";
import { FetchSink } from "./fetch-sink.js";
import type { ServiceHandlers } from "./server.js";
import { type Route, Services } from "./services.js";

/** Options of the handler. */
export interface FetchHandlerOptions {
  /**
   * Compresses answers for callers that accept it, such as `nodeCompression` of `@stepwire/connect`.
   * @defaultValue none; `CompressionStream` cannot send what it has so far
   */
  readonly compression?: AnswerCompression;
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

/** Handles a request of the Fetch API. Never rejects because of what the request contains. */
export type FetchHandler = (request: Request) => Promise<Response>;

const NOT_FOUND = 404;

/**
 * Serves the implementation of services over Connect and gRPC-web, and streams also in the stream
 * format, in any runtime with the Fetch API. gRPC needs trailers, which `Response` does not have. If
 * the reader of an answer leaves, the signal of the call informs the implementation.
 */
export function createFetchHandler(
  handlers: ServiceHandlers,
  options: FetchHandlerOptions = {},
): FetchHandler {
  const { cors } = options;
  const services = new Services(handlers, { ...options, grpc: false });
  return (fetchRequest) => {
    const request = new FetchRequest(fetchRequest);
    const { headers, isPreflight } = cors
      ? corsAnswer(request, cors)
      : { headers: [], isPreflight: false };
    const route = services.at(request.url);
    if (isPreflight || route === undefined) {
      const status = isPreflight ? NO_CONTENT : NOT_FOUND;
      return Promise.resolve(new Response(null, { status, headers: headersOf(headers) }));
    }
    const sink = new FetchSink(fetchRequest.signal);
    sink.head(NOT_FOUND, headers);
    if (!services.respondInStreamFormat(route, request, sink)) {
      void respond(route, fetchRequest, sink);
    }
    return sink.response;
  };
}

function headersOf(headers: readonly Header[]): Headers {
  return new Headers(headers.map(([name, value]): [string, string] => [name, value]));
}

/** Answers a request of the protocols of Connect. Never rejects. */
async function respond(route: Route, request: Request, sink: FetchSink): Promise<void> {
  const controller = new AbortController();
  const leave = (): void =>
    controller.abort(new ConnectError("the caller disconnected", Code.Canceled));
  sink.onGone(leave);
  if (sink.isGone) {
    leave();
  }
  const call: UniversalServerRequest = {
    ...universalServerRequestFromFetch(request, {}),
    signal: controller.signal,
    contextValues: createContextValues().set(connectionKey, connectionOf(sink)),
  };
  try {
    await send(await route.handle(call), route.isUnary, sink);
  } catch {
    sink.destroy();
  }
}

async function send(
  { status, header, body }: UniversalServerResponse,
  isUnary: boolean,
  sink: FetchSink,
): Promise<void> {
  if (body === undefined) {
    sink.head(status, header ?? []);
    sink.end();
    return;
  }
  const parts: Uint8Array[] = [];
  let length = 0;
  let isFirst = true;
  for await (const part of body) {
    if (isFirst) {
      // The implementation may set headers until here.
      sink.head(status, header ?? []);
      isFirst = false;
    }
    if (isUnary) {
      parts.push(part);
      length += part.length;
    } else if (!sink.write(part)) {
      await sink.writable();
    }
    if (sink.isGone) {
      return;
    }
  }
  if (isFirst) {
    sink.head(status, header ?? []);
  }
  sink.end(isUnary ? joinBytes(parts, length) : undefined);
}
