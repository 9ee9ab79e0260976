import type { Transport } from "@connectrpc/connect";
import {
  compressionGzip,
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { ObservedSessionManager, retryRefused } from "./refused-calls.js";

/** The protocols that a service supports. */
export type Protocol = "connect" | "grpc" | "grpc-web";

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
  /** Time after which a silent connection is probed, in milliseconds. @defaultValue 30,000 */
  readonly pingInterval?: number;
}

const DEFAULT_MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const DEFAULT_PING_INTERVAL = 30_000;

/**
 * Creates a transport for Connect, gRPC or gRPC-web that works with any generated client. HTTP/2
 * connections are shared by all calls, and probed while they are silent. If a server refuses a call
 * without processing it, because it is closing the connection, the call is sent again.
 */
export function createTransport(options: TransportOptions): Transport {
  const { baseUrl, protocol = "connect", httpVersion = "2" } = options;
  const common = {
    baseUrl,
    acceptCompression: options.compression === true ? [compressionGzip] : [],
    readMaxBytes: options.maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES,
    interceptors: [retryRefused],
  };
  const create = protocol === "connect" ? createConnectTransport : createGrpcWebTransport;
  if (protocol !== "grpc" && httpVersion === "1.1") {
    return create({ ...common, httpVersion });
  }
  const pingIntervalMs = options.pingInterval ?? DEFAULT_PING_INTERVAL;
  const sessionManager = new ObservedSessionManager(baseUrl, { pingIntervalMs });
  return protocol === "grpc"
    ? createGrpcTransport({ ...common, sessionManager })
    : create({ ...common, httpVersion, sessionManager });
}
