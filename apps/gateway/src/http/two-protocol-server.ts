import type { RequestListener, Server } from "node:http";
import { createServer as createHttp2 } from "node:http2";
import type { Socket } from "node:net";
import { createHttp1Server } from "./http1-server.js";
import { Http2Guard } from "./http2-guard.js";
import type { ServerLimits } from "./server-limits.js";

/** Allowed resets per second for each stream of a connection. */
const RESETS_PER_STREAM = 10;

/** The first bytes of every HTTP/2 connection (RFC 9113, 3.4). */
const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/**
 * Creates a server for unencrypted HTTP/1.1 and HTTP/2 on one port: gRPC needs HTTP/2, most other
 * clients use HTTP/1.1. The first bytes of a connection tell which one it is.
 */
export function createTwoProtocolServer(listener: RequestListener, limits: ServerLimits): Server {
  const server = createHttp1Server(listener, limits);
  const guard = new Http2Guard(limits);
  const http2 = createHttp2({
    maxHeaderListPairs: 128,
    maxSessionMemory: 64,
    // One connection carries the calls of all clients of an egress, and each client that
    // disconnects resets a stream. Node's default limit (1,000, then 33 a second) would end the
    // calls of the other clients.
    streamResetBurst: RESETS_PER_STREAM * limits.maxConcurrentStreams,
    streamResetRate: RESETS_PER_STREAM * limits.maxConcurrentStreams,
    settings: {
      maxConcurrentStreams: limits.maxConcurrentStreams,
      maxHeaderListSize: limits.maxHeaderBytes,
    },
  });
  http2.on("request", (request, response) => {
    if (guard.addRequest(request, response)) {
      // Node's HTTP/2 server supports the API of HTTP/1.1 listeners.
      (listener as unknown as (...parameters: [typeof request, typeof response]) => void)(
        request,
        response,
      );
    }
  });
  http2.on("session", (session) => guard.addSession(session));
  http2.on("sessionError", () => {});

  /** Connections whose protocol is not known yet. */
  const unknown = new Set<Socket>();
  const sockets = new Set<Socket>();
  const connected = server.listeners("connection");
  server.removeAllListeners("connection");
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    unknown.add(socket);
    socket.once("close", () => {
      sockets.delete(socket);
      unknown.delete(socket);
    });
    recognize(socket, limits.headersTimeout, (isHttp2) => {
      unknown.delete(socket);
      if (!isHttp2) {
        for (const each of connected) {
          each.call(server, socket);
        }
      } else if (guard.hasRoom) {
        http2.emit("connection", socket);
      } else {
        socket.destroy();
      }
    });
  });
  const close = server.close.bind(server);
  server.close = (callback) => {
    guard.close();
    for (const socket of unknown) {
      socket.destroy();
    }
    return close(callback);
  };
  const closeAll = server.closeAllConnections.bind(server);
  server.closeAllConnections = () => {
    guard.destroy();
    closeAll();
    // Sessions send their GOAWAY in the next turn of the event loop.
    setImmediate(() => {
      for (const socket of sockets) {
        socket.destroy();
      }
    });
  };
  return server;
}

/**
 * Reads just enough bytes to recognize the protocol, and puts them back. A connection that ends
 * earlier, or takes too long, is closed.
 */
function recognize(socket: Socket, timeout: number, then: (isHttp2: boolean) => void): void {
  const destroy = (): void => {
    socket.destroy();
  };
  // One timeout for all bytes, so that a slow sender cannot extend it.
  const timer = setTimeout(destroy, timeout);
  const stop = (): void => clearTimeout(timer);
  socket.once("close", stop);
  // HTTP servers allow half-open connections, so the socket would otherwise stay open.
  socket.once("end", destroy);
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
    stop();
    socket.removeListener("close", stop);
    socket.removeListener("end", destroy);
    socket.removeListener("error", destroy);
    socket.unshift(seen);
    then(matches);
  };
  socket.once("readable", read);
}
