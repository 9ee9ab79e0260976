import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
  STATUS_CODES,
} from "node:http";
import { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { OpenAIHttpError } from "@stepwire/connect";
import { errorAnswer, httpErrors } from "@stepwire/handler/internal";
import { discardIncoming } from "./lingering-close.js";
import type { ServerLimits } from "./server-limits.js";

/** The current request and response of a connection. */
interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/**
 * Creates a server for HTTP/1.1 only. Invalid requests are answered in the format of the API's
 * errors. Answers reach the client even if it is still sending.
 */
export function createHttp1Server(listener: RequestListener, limits: ServerLimits): Server {
  const exchanges = new WeakMap<Duplex, Exchange>();
  const closing = new WeakSet<Duplex>();

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const { socket } = request;
    if (closing.has(socket)) {
      // It was sent after a request whose answer ends the connection.
      return;
    }
    exchanges.set(socket, { request, response });
    response.once("finish", () => {
      if (!request.complete && !closing.has(socket)) {
        discardIncoming(
          socket,
          limits,
          () => request.complete,
          () => {},
        );
      }
    });
    if (request.httpVersion === "1.1" && request.headers.host === undefined) {
      send(response, httpErrors.missingHost());
    } else {
      listener(request, response);
    }
  };

  const server = createServer(
    {
      maxHeaderSize: limits.maxHeaderBytes,
      headersTimeout: Math.min(limits.headersTimeout, limits.requestTimeout),
      requestTimeout: limits.requestTimeout,
      keepAliveTimeout: limits.idleTimeout,
      connectionsCheckingInterval: Math.min(limits.headersTimeout, limits.requestTimeout, 5000),
      // Node's own check would answer without a body.
      requireHostHeader: false,
    },
    handle,
  );
  server.maxConnections = limits.maxConnections;

  /** Ends a connection after its last answer, making sure that the client receives the answer. */
  const close = (socket: Socket, request: IncomingMessage | undefined): void => {
    if (closing.has(socket)) {
      return;
    }
    closing.add(socket);
    const end = (): void => {
      socket.end(() => socket.destroy());
    };
    if (request === undefined || request.complete) {
      end();
    } else {
      discardIncoming(socket, limits, () => request.complete, end);
    }
  };
  /** Does the same with an answer to invalid bytes, whose end is unknown. */
  const closeWith = (socket: Socket, error: OpenAIHttpError): void => {
    closing.add(socket);
    socket.end(answerText(error));
    discardIncoming(
      socket,
      limits,
      () => socket.readableEnded,
      () => socket.destroy(),
    );
  };
  server.prependListener("connection", (socket: Socket) => {
    // Node calls this after an answer with `connection: close`.
    socket.destroySoon = () => close(socket, exchanges.get(socket)?.request);
  });

  server.on("clientError", (error: Error, stream: Duplex) => {
    if (closing.has(stream)) {
      return;
    }
    if (!(stream instanceof Socket) || !stream.writable || isReset(error)) {
      stream.destroy();
      return;
    }
    const { request, response } = exchanges.get(stream) ?? {};
    if (response === undefined || response.writableFinished) {
      closeWith(stream, connectionError(error));
    } else if (request?.complete === true) {
      // The bytes follow a request whose answer has to be sent first.
      response.once("finish", () => {
        if (!closing.has(stream)) {
          closeWith(stream, connectionError(error));
        }
      });
    } else if (response.headersSent) {
      // Half of an answer has been sent; another answer cannot be added to it.
      stream.destroy();
    } else {
      closeWith(stream, connectionError(error));
    }
  });
  server.on("checkExpectation", (_request: IncomingMessage, response: ServerResponse) =>
    send(response, httpErrors.expectationFailed()),
  );
  server.on("connect", (_request: IncomingMessage, stream: Duplex) => {
    stream.on("error", () => {});
    stream.end(answerText(httpErrors.noTunnel()));
  });
  return server;
}

/** Returns the error for a connection whose bytes are not an HTTP request. */
function connectionError(error: Error): OpenAIHttpError {
  switch ("code" in error ? error.code : undefined) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return httpErrors.requestTimeout();
    case "HPE_HEADER_OVERFLOW":
      return httpErrors.headersTooLarge();
    default:
      return httpErrors.malformed();
  }
}

function isReset(error: Error): boolean {
  return "code" in error && error.code === "ECONNRESET";
}

/** Answers a request with an error. */
function send(response: ServerResponse, error: OpenAIHttpError): void {
  const { status, headers, body } = errorAnswer(error);
  for (const [name, value] of headers) {
    response.setHeader(name, value);
  }
  response.writeHead(status, { connection: "close", "content-length": body.length });
  response.end(body);
}

/** Returns the whole answer as text, for cases without a response object. */
function answerText(error: OpenAIHttpError): string {
  const { status, headers, body } = errorAnswer(error);
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    `content-length: ${body.length}`,
    "connection: close",
  ];
  return `${lines.join("\r\n")}\r\n\r\n${Buffer.from(body).toString()}`;
}
