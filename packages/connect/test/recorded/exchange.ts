import { once } from "node:events";
import {
  createServer as createHttp1,
  type IncomingHttpHeaders,
  type IncomingMessage,
  request as requestHttp1,
  type ServerResponse,
} from "node:http";
import {
  connect,
  constants,
  createServer as createHttp2,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type ServerHttp2Session,
} from "node:http2";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";

/*
 * HTTP requests and their answers, as recorded. Headers that depend on the connection or the time are
 * left out.
 */

/** A request and its answer. Bodies are in base64. */
export interface Exchange {
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
  };
  readonly response: RecordedResponse;
}

/** An answer. */
export interface RecordedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly trailers: Readonly<Record<string, string>>;
}

/** What a client did, and what it saw. */
export interface RecordedOperation {
  readonly name: string;
  readonly exchanges: readonly Exchange[];
  readonly seen: unknown;
}

/** A server that answers recorded requests, or such as will be recorded. */
export interface ExchangeServer {
  readonly url: string;
  close(): void;
}

const unrecorded = new Set([
  "connection",
  "content-length",
  "date",
  "host",
  "keep-alive",
  "transfer-encoding",
]);

function recordedHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !name.startsWith(":") && !unrecorded.has(name))
      .map(([name, value]): [string, string] => [name, [value].flat().join(", ")])
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  );
}

async function bodyOf(message: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of message) {
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Sends a request to a server, and returns its answer. */
export async function exchange(
  url: string,
  httpVersion: "1.1" | "2",
  { method, path, headers, body }: Exchange["request"],
): Promise<RecordedResponse> {
  const bytes = Buffer.from(body, "base64");
  if (httpVersion === "2") {
    const session = connect(url);
    try {
      const stream = session.request({ ...headers, ":method": method, ":path": path });
      stream.end(bytes);
      let trailers: IncomingHttpHeaders = {};
      stream.on("trailers", (received: IncomingHttpHeaders) => {
        trailers = received;
      });
      const [received] = (await once(stream, "response")) as [IncomingHttpHeaders];
      return {
        status: Number(received[":status"]),
        headers: recordedHeaders(received),
        body: (await bodyOf(stream)).toString("base64"),
        trailers: recordedHeaders(trailers),
      };
    } finally {
      session.destroy();
    }
  }
  const request = requestHttp1(new URL(path, url), {
    method,
    headers: { ...headers },
    agent: false,
  });
  request.end(bytes.length === 0 ? undefined : bytes);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const received = (await bodyOf(response)).toString("base64");
  return {
    status: response.statusCode ?? 0,
    headers: recordedHeaders(response.headers),
    body: received,
    trailers: recordedHeaders(response.trailers),
  };
}

/** Serves requests with what a function returns for them. */
export async function startExchanges(
  httpVersion: "1.1" | "2",
  answer: (request: Exchange["request"]) => Promise<RecordedResponse>,
): Promise<ExchangeServer> {
  const listener = async (
    request: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
  ): Promise<void> => {
    const { status, headers, body, trailers } = await answer({
      method: request.method ?? "",
      path: request.url ?? "",
      headers: recordedHeaders(request.headers),
      body: (await bodyOf(request)).toString("base64"),
    });
    response.statusCode = status;
    for (const [name, value] of Object.entries(headers)) {
      response.setHeader(name, value);
    }
    if (Object.keys(trailers).length > 0) {
      response.addTrailers({ ...trailers });
    }
    response.end(Buffer.from(body, "base64"));
  };
  return await listen(httpVersion, (request, response) => {
    void listener(request, response).catch(() => response.destroy());
  });
}

/** Starts an HTTP server. */
export async function listen(
  httpVersion: "1.1" | "2",
  listener: (
    request: IncomingMessage | Http2ServerRequest,
    response: ServerResponse | Http2ServerResponse,
  ) => void,
): Promise<ExchangeServer> {
  const server = httpVersion === "2" ? createHttp2(listener) : createHttp1(listener);
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session: ServerHttp2Session) => sessions.add(session));
  await once(server.listen(0, "127.0.0.1"), "listening");
  // A server on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      for (const session of sessions) {
        session.close();
        session.destroy(undefined, constants.NGHTTP2_NO_ERROR);
      }
      server.close();
      if ("closeAllConnections" in server) {
        server.closeAllConnections();
      }
    },
  };
}

const ENVELOPED = /^application\/(grpc|connect\+)/;
const COMPRESSED = 1;
const PREFIX_BYTES = 5;

/**
 * Returns the messages in the body of an answer, decompressed: versions of zlib compress
 * differently.
 */
export async function messagesOf({ headers, body }: RecordedResponse): Promise<unknown[]> {
  const bytes = Buffer.from(body, "base64");
  const unzip = promisify(gunzip);
  if (!ENVELOPED.test(headers["content-type"] ?? "")) {
    return [headers["content-encoding"] === "gzip" ? await unzip(bytes) : bytes];
  }
  const messages: unknown[] = [];
  for (let start = 0; start < bytes.length; ) {
    const flags = bytes[start] ?? 0;
    const end = start + PREFIX_BYTES + bytes.readUInt32BE(start + 1);
    const content = bytes.subarray(start + PREFIX_BYTES, end);
    messages.push([flags, (flags & COMPRESSED) === 0 ? content : await unzip(content)]);
    start = end;
  }
  return messages;
}
