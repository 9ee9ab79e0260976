import { AsyncLocalStorage } from "node:async_hooks";
import { type ClientHttp2Session, type ClientHttp2Stream, constants } from "node:http2";
import type { Message } from "@bufbuild/protobuf";
import type { Interceptor, StreamRequest } from "@connectrpc/connect";
import { Http2SessionManager } from "@connectrpc/connect-node";

/** An attempt at a call, and whether the server refused it without processing it. */
interface Attempt {
  refused: boolean;
}

/**
 * The current attempt. Connect does not expose the connection's stream, so the session manager uses
 * this to find the call that a stream belongs to.
 */
const attempts = new AsyncLocalStorage<Attempt>();

/**
 * For each session that its server ended with GOAWAY: the last stream that the server processed.
 */
const lastProcessed = new WeakMap<ClientHttp2Session, number>();
const observed = new WeakSet<ClientHttp2Session>();

/**
 * Manages HTTP/2 connections and records which calls a server refused without processing them: by
 * REFUSED_STREAM, or by a GOAWAY whose last stream is an earlier one (RFC 9113, 6.8 and 8.7). Such
 * calls are safe to send again even if they are not idempotent.
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
      // Registered first, because Connect's own listener rejects the call.
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

/** Maximum number of attempts for one call, including the first. */
const MAX_ATTEMPTS = 3;

/** Sends a call again, on another connection, if a server refused it without processing it. */
export const retryRefused: Interceptor = (next) => async (request) => {
  const { methodKind } = request.method;
  if (methodKind !== "unary" && methodKind !== "server_streaming") {
    return await next(request);
  }
  const again = request.stream ? await replayable(request) : () => request;
  return await repeatRefused(request.signal, () => next(again()));
};

/** Calls a function again if the server refused the HTTP/2 request that it sent. */
export async function repeatRefused<Answer>(
  signal: AbortSignal,
  send: () => Promise<Answer>,
): Promise<Answer> {
  for (let count = 1; ; count++) {
    const attempt: Attempt = { refused: false };
    try {
      return await attempts.run(attempt, send);
    } catch (error) {
      if (!attempt.refused || signal.aborted || count === MAX_ATTEMPTS) {
        throw error;
      }
    }
  }
}

/** Buffers the messages of a request, so that each attempt can send them. */
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
