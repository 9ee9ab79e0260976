import type { RequestListener, Server } from "node:http";
import { createServer as createHttp2 } from "node:http2";
import type { Socket } from "node:net";
import { createHttp1Server } from "./http1-server.js";
import { Http2Guard } from "./http2-guard.js";
import type { ServerLimits } from "./server-limits.js";

/** How often each stream of a connection may be reset in a second. */
const RESETS_PER_STREAM = 10;

/** How every HTTP/2 connection begins, before any request (RFC 9113, 3.4). */
const PREFACE = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");

/**
 * A server for HTTP/1.1 and HTTP/2 without encryption on one port: gRPC needs the one,
 * most else speaks the other. The first bytes of a connection tell which it is.
 */
export function createTwoProtocolServer(listener: RequestListener, limits: ServerLimits): Server {
  const server = createHttp1Server(listener, limits);
  const guard = new Http2Guard(limits);
  const http2 = createHttp2({
    maxHeaderListPairs: 128,
    maxSessionMemory: 64,
    // One connection carries the calls of all clients of an egress, and each that leaves
    // resets one. Node's own bound, 1,000 and then 33 a second, would end the others' calls.
    streamResetBurst: RESETS_PER_STREAM * limits.maxConcurrentStreams,
    streamResetRate: RESETS_PER_STREAM * limits.maxConcurrentStreams,
    settings: {
      maxConcurrentStreams: limits.maxConcurrentStreams,
      maxHeaderListSize: limits.maxHeaderBytes,
    },
  });
  http2.on("request", (request, response) => {
    if (guard.addRequest(request, response)) {
      // Node's HTTP/2 has a compatible face for listeners of HTTP/1.1.
      (listener as unknown as (...parameters: [typeof request, typeof response]) => void)(
        request,
        response,
      );
    }
  });
  http2.on("session", (session) => guard.addSession(session));
  http2.on("sessionError", () => {});

  /** Connections of which it is not known yet what they are. */
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
    // Sessions say goodbye in the next turn.
    setImmediate(() => {
      for (const socket of sockets) {
        socket.destroy();
      }
    });
  };
  return server;
}

/**
 * Reads as few bytes as it takes, and puts them back. A connection that ends before, or
 * takes too long, is closed.
 */
function recognize(socket: Socket, timeout: number, then: (isHttp2: boolean) => void): void {
  const destroy = (): void => {
    socket.destroy();
  };
  // For all of it: bytes that drip in do not prolong it.
  const timer = setTimeout(destroy, timeout);
  const stop = (): void => clearTimeout(timer);
  socket.once("close", stop);
  // The other half stays open by itself.
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
