import type { Transport } from "@connectrpc/connect";
import {
  compressionGzip,
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { readCompressedStream } from "@stepwire/wire/compressed";
import { DEFAULT_MAX_MESSAGE_BYTES, withStreams } from "./block-transport.js";
import type { Post } from "./post.js";
import { postHttp1 } from "./post-http1.js";
import { postHttp2 } from "./post-http2.js";
import { ObservedSessionManager, repeatRefused, retryRefused } from "./refused-calls.js";
import type { StreamTransport } from "./stream-wire.js";

/**
 * The protocols that a service supports. `stream`: streams in the stream format, which costs least,
 * and all other calls over Connect.
 */
export type Protocol = "stream" | "connect" | "grpc" | "grpc-web";

/** Options for reaching a service. */
export interface TransportOptions {
  /** URL of the service, such as `http://127.0.0.1:8080`. */
  readonly baseUrl: string;
  /** Protocol of the calls. @defaultValue "connect" */
  readonly protocol?: Protocol;
  /** Version of HTTP; gRPC always uses HTTP/2. @defaultValue "2" */
  readonly httpVersion?: "1.1" | "2";
  /** Whether the service may compress messages. @defaultValue false */
  readonly compression?: boolean;
  /** Largest message that is read, in bytes. @defaultValue 64 MiB */
  readonly maxMessageBytes?: number;
  /**
   * Called when the service does not serve the stream format, so that streams are read over Connect
   * instead. It is tried again after a minute. Without this function, it is an error.
   */
  readonly onFallback?: (error: Error) => void;
  /** Time after which a silent connection is probed, in milliseconds. @defaultValue 30,000 */
  readonly pingInterval?: number;
}

const DEFAULT_PING_INTERVAL = 30_000;

/**
 * Creates a transport for Connect, gRPC or gRPC-web that works with any generated client. HTTP/2
 * connections are shared by all calls, and probed while they are silent. If a server refuses a call
 * without processing it, because it is closing the connection, the call is sent again.
 *
 * With the protocol `stream`, it is a transport for Connect whose streams `ServiceClient` reads in
 * the stream format.
 */
export function createTransport(options: TransportOptions): Transport | StreamTransport {
  const { baseUrl, protocol = "connect", httpVersion = "2" } = options;
  const common = {
    baseUrl,
    acceptCompression: options.compression === true ? [compressionGzip] : [],
    readMaxBytes: options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES,
    interceptors: [retryRefused],
  };
  const create = protocol === "grpc-web" ? createGrpcWebTransport : createConnectTransport;
  if (protocol !== "grpc" && httpVersion === "1.1") {
    const transport = create({ ...common, httpVersion });
    return protocol === "stream" ? withBlocks(transport, postHttp1(baseUrl), options) : transport;
  }
  const pingIntervalMs = options.pingInterval ?? DEFAULT_PING_INTERVAL;
  const sessionManager = new ObservedSessionManager(baseUrl, { pingIntervalMs });
  if (protocol === "grpc") {
    return createGrpcTransport({ ...common, sessionManager });
  }
  const transport = create({ ...common, httpVersion, sessionManager });
  return protocol === "stream"
    ? withBlocks(transport, repeating(postHttp2(baseUrl, sessionManager)), options)
    : transport;
}

/** Sends a request again if an HTTP/2 server refused it without processing it. */
function repeating(post: Post): Post {
  return (request) => repeatRefused(request.signal, () => post(request));
}

function withBlocks(
  transport: Transport,
  post: Post,
  { maxMessageBytes, compression = false, onFallback }: TransportOptions,
): StreamTransport {
  const maxEventBytes = maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES;
  const options = { post, maxEventBytes, compression, readCompressed: readCompressedStream };
  return withStreams(transport, options, onFallback);
}
