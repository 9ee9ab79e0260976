import { Code, ConnectError, createContextValues } from "@connectrpc/connect";
import type { UniversalServerResponse } from "@connectrpc/connect/protocol";
import { joinBytes } from "@stepwire/wire/internal";
import type { AnswerCompression } from "./compression.js";
import { connectionKey, connectionOf } from "./connection.js";
import { type CorsOptions, corsAnswer, NO_CONTENT } from "./cors.js";
import type { IncomingRequest } from "./incoming-request.js";
import type { ResponseSink } from "./response-sink.js";
import type { ServiceHandlers } from "./server.js";
import { DEFAULT_MAX_MESSAGE_BYTES, type Route, Services } from "./services.js";

/** Options of the handler. */
export interface FetchHandlerOptions {
  /**
   * Compresses answers for callers that accept it, such as `nodeCompression` of `@stepwire/connect`.
   * @defaultValue none; `CompressionStream` cannot send what it has so far
   */
  readonly compression?: AnswerCompression | undefined;
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

/** Answers a request of any server. Settles when the answer was written; never rejects. */
export type SinkHandler = (request: IncomingRequest, sink: ResponseSink) => Promise<void>;

const NOT_FOUND = 404;

/**
 * Serves the implementation of services over Connect and gRPC-web, and streams also in the stream
 * format. Other requests are answered with 404.
 */
export function createSinkHandler(
  handlers: ServiceHandlers,
  options: FetchHandlerOptions = {},
): SinkHandler {
  const { cors, maxMessageBytes = DEFAULT_MAX_MESSAGE_BYTES } = options;
  const services = new Services(handlers, { ...options, maxMessageBytes, grpc: false });
  return async (request, sink) => {
    const { headers, isPreflight } = cors
      ? corsAnswer(request, cors)
      : { headers: [], isPreflight: false };
    const route = services.at(request.url);
    sink.head(isPreflight ? NO_CONTENT : NOT_FOUND, headers);
    if (isPreflight || route === undefined) {
      sink.end();
      return;
    }
    const answered = services.respondInStreamFormat(route, request, sink);
    await (answered ?? respond(route, request, sink));
  };
}

/** Answers a request of the protocols of Connect. Never rejects. */
async function respond(route: Route, request: IncomingRequest, sink: ResponseSink): Promise<void> {
  const controller = new AbortController();
  const leave = (): void => controller.abort(DISCONNECTED);
  sink.onGone(leave);
  if (sink.isGone) {
    leave();
  }
  try {
    const answer = await route.handle({
      httpVersion: "",
      method: request.method,
      url: new URL(request.url, ANY_HOST).href,
      // A copy: those of a Request cannot be changed.
      header: new Headers([...request.headers]),
      body: bodyOf(request),
      signal: controller.signal,
      contextValues: createContextValues().set(connectionKey, connectionOf(sink)),
    });
    await send(answer, route.isUnary, sink);
  } catch {
    sink.destroy();
  }
}

/** Returns the body of a request. Connect answers with the errors that its iteration throws. */
function bodyOf(request: IncomingRequest): AsyncIterable<Uint8Array> {
  try {
    return request.chunks();
  } catch (error) {
    return {
      [Symbol.asyncIterator]: () => ({ next: async () => await Promise.reject(error) }),
    };
  }
}

const DISCONNECTED = new ConnectError("the caller disconnected", Code.Canceled);

/** Connect needs a whole URL, and reads its path and query. */
const ANY_HOST = "http://localhost";

async function send(
  { status, header, body }: UniversalServerResponse,
  isUnary: boolean,
  sink: ResponseSink,
): Promise<void> {
  if (body === undefined) {
    sink.head(status, header ?? []);
    sink.end();
    return;
  }
  const parts: Uint8Array[] = [];
  let isFirst = true;
  for await (const part of body) {
    if (isFirst) {
      // The implementation may set headers until here.
      sink.head(status, header ?? []);
      isFirst = false;
    }
    if (isUnary) {
      parts.push(part);
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
  sink.end(isUnary ? joinBytes(parts) : undefined);
}
