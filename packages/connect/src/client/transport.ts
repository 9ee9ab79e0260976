import type { Transport } from "@connectrpc/connect";
import {
  compressionGzip,
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import { ObservedSessionManager, retryRefused } from "./refused-calls.js";

/** The protocols that a service speaks. */
export type Protocol = "connect" | "grpc" | "grpc-web";

/** How to reach a service. */
export interface TransportOptions {
  /** Such as `http://127.0.0.1:8080`. */
  readonly baseUrl: string;
  /** @defaultValue "connect" */
  readonly protocol?: Protocol;
  /** gRPC is always over HTTP/2. @defaultValue "2" */
  readonly httpVersion?: "1.1" | "2";
  /** Whether the service may compress messages. @defaultValue false */
  readonly compression?: boolean;
  /** The largest message that is read, in bytes. @defaultValue 64 MiB */
  readonly maxMessageBytes?: number;
  /** How long a silent connection is trusted, in milliseconds. @defaultValue 30,000 */
  readonly pingInterval?: number;
}

const DEFAULT_MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const DEFAULT_PING_INTERVAL = 30_000;

/**
 * A transport for Connect, gRPC or gRPC-web, as any generated client takes it.
 * Connections over HTTP/2 are shared by all calls, and probed while they are silent. A call
 * that a server refuses before it processes it, as it ends the connection, is made again.
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
