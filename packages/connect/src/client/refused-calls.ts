import { AsyncLocalStorage } from "node:async_hooks";
import { type ClientHttp2Session, type ClientHttp2Stream, constants } from "node:http2";
import type { Message } from "@bufbuild/protobuf";
import type { Interceptor, StreamRequest } from "@connectrpc/connect";
import { Http2SessionManager } from "@connectrpc/connect-node";

/** An attempt at a call, and whether the server refused it before it did anything. */
interface Attempt {
  refused: boolean;
}

/**
 * The attempt that is under way. Connect hands the connection's stream to nobody, so this
 * is how the session manager finds the call that the stream is for.
 */
const attempts = new AsyncLocalStorage<Attempt>();

/** The last stream that a server processed, of sessions that it ended by GOAWAY. */
const lastProcessed = new WeakMap<ClientHttp2Session, number>();
const observed = new WeakSet<ClientHttp2Session>();

/**
 * Manages HTTP/2 connections, and notes which calls a server refused unprocessed: with
 * REFUSED_STREAM, or with a GOAWAY whose last stream is an earlier one (RFC 9113, 6.8 and
 * 8.7). Those may be sent again whatever they do.
 */
export class ObservedSessionManager extends Http2SessionManager {
  override async request(
    ...request: Parameters<Http2SessionManager["request"]>
  ): Promise<ClientHttp2Stream> {
    const stream = await super.request(...request);
    const attempt = attempts.getStore();
    const { session, id } = stream;
    if (attempt !== undefined && isClientSession(session)) {
      observe(session);
      // Before Connect's own listener, which rejects the call.
      stream.once("error", () => {
        attempt.refused =
          stream.rstCode === constants.NGHTTP2_REFUSED_STREAM ||
          (id ?? Number.POSITIVE_INFINITY) >
            (lastProcessed.get(session) ?? Number.POSITIVE_INFINITY);
      });
    }
    return stream;
  }
}

function isClientSession(session: unknown): session is ClientHttp2Session {
  return session !== undefined && session !== null;
}

function observe(session: ClientHttp2Session): void {
  if (!observed.has(session)) {
    observed.add(session);
    session.on("goaway", (_code, lastStreamId) => lastProcessed.set(session, lastStreamId));
  }
}

/** How often a call is made in all. */
const MAX_ATTEMPTS = 3;

/** Makes a call again, on another connection, that a server refused unprocessed. */
export const retryRefused: Interceptor = (next) => async (request) => {
  const { methodKind } = request.method;
  if (methodKind !== "unary" && methodKind !== "server_streaming") {
    return await next(request);
  }
  const again = request.stream ? await replayable(request) : () => request;
  for (let count = 1; ; count++) {
    const attempt: Attempt = { refused: false };
    try {
      return await attempts.run(attempt, () => next(again()));
    } catch (error) {
      if (!attempt.refused || request.signal.aborted || count === MAX_ATTEMPTS) {
        throw error;
      }
    }
  }
};

/** Reads the messages of a request, so that each attempt has them. */
async function replayable(request: StreamRequest): Promise<() => StreamRequest> {
  const messages: Message[] = [];
  for await (const message of request.message) {
    messages.push(message);
  }
  return () => ({ ...request, message: iterate(messages) });
}

async function* iterate(messages: readonly Message[]): AsyncGenerator<Message, void> {
  yield* messages;
  await Promise.resolve();
}
