import { createServer as createHttp1, type RequestListener, type Server } from "node:http";
import { createServer as createHttp2, type Http2Session } from "node:http2";
import type { Socket } from "node:net";

/** Bounds of a server. */
export interface ServerLimits {
  readonly maxHeaderBytes: number;
  /** How long the headers, and all of a request, may take to arrive, in milliseconds. */
  readonly requestTimeout: number;
  /** How long a connection may stay unused, in milliseconds. */
  readonly idleTimeout: number;
  /** Streams of one HTTP/2 connection. */
  readonly maxConcurrentStreams: number;
}

/** How every HTTP/2 connection begins, before any request (RFC 9113, 3.4). */
const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/**
 * A server for HTTP/1.1 and HTTP/2 without encryption on one port: gRPC needs the one,
 * most else speaks the other. The first bytes of a connection tell which it is.
 */
export function createTwoProtocolServer(listener: RequestListener, limits: ServerLimits): Server {
  const server = createHttp1Server(listener, limits);
  const http2 = createHttp2({
    maxHeaderListPairs: 128,
    maxSessionMemory: 64,
    settings: {
      maxConcurrentStreams: limits.maxConcurrentStreams,
      maxHeaderListSize: limits.maxHeaderBytes,
    },
  });
  // Node's HTTP/2 has a compatible face for listeners of HTTP/1.1.
  http2.on("request", listener as unknown as Parameters<typeof http2.on>[1]);
  const sessions = new Set<Http2Session>();
  http2.on("session", (session) => {
    sessions.add(session);
    session.once("close", () => sessions.delete(session));
    session.setTimeout(limits.idleTimeout, () => session.close());
  });
  http2.on("sessionError", () => {});

  const [http1Listener] = server.listeners("connection");
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    recognize(socket, limits.requestTimeout, (isHttp2) => {
      if (isHttp2) {
        http2.emit("connection", socket);
      } else {
        http1Listener?.call(server, socket);
      }
    });
  });
  const close = server.close.bind(server);
  server.close = (callback) => {
    for (const session of sessions) {
      session.close();
    }
    return close(callback);
  };
  const closeAll = server.closeAllConnections.bind(server);
  server.closeAllConnections = () => {
    for (const session of sessions) {
      session.destroy();
    }
    closeAll();
  };
  return server;
}

/** A server for HTTP/1.1 alone. */
export function createHttp1Server(listener: RequestListener, limits: ServerLimits): Server {
  return createHttp1(
    {
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: limits.requestTimeout,
      requestTimeout: limits.requestTimeout,
      keepAliveTimeout: limits.idleTimeout,
      connectionsCheckingInterval: Math.min(limits.requestTimeout, 5000),
    },
    listener,
  );
}

/** Reads as few bytes as it takes, and puts them back. */
function recognize(socket: Socket, timeout: number, then: (isHttp2: boolean) => void): void {
  const destroy = (): void => {
    socket.destroy();
  };
  socket.setTimeout(timeout, destroy);
  socket.on("error", destroy);
  let seen = Buffer.alloc(0);
  const read = (): void => {
    const chunk: Buffer | null = socket.read();
    if (chunk === null) {
      socket.once("readable", read);
      return;
    }
    seen = Buffer.concat([seen, chunk]);
    const length = Math.min(seen.length, PREFACE.length);
    const matches = seen.subarray(0, length).equals(PREFACE.subarray(0, length));
    if (matches && length < PREFACE.length) {
      socket.once("readable", read);
      return;
    }
    socket.removeListener("error", destroy);
    socket.removeListener("timeout", destroy);
    socket.setTimeout(0);
    socket.unshift(seen);
    then(matches);
  };
  socket.once("readable", read);
}
