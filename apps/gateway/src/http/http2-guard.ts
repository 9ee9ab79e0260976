import {
  constants,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type Http2Session,
  type ServerHttp2Stream,
} from "node:http2";
import { errorAnswer, httpErrors } from "@stepwire/handler/internal";
import type { ServerLimits } from "./server-limits.js";

interface SessionState {
  /** Time of the last request; at first, the time when the session began. */
  lastUsed: number;
  /** Whether the client has completed the start of the connection. */
  isReady: boolean;
  /** The number of current requests. */
  requests: number;
}

interface RequestState {
  readonly started: number;
  readonly response: Http2ServerResponse;
}

/**
 * Limits for HTTP/2 that Node lacks: Node's timeouts for headers and requests apply only to
 * HTTP/1.1, and its limit on streams is per connection.
 */
export class Http2Guard {
  readonly #limits: ServerLimits;
  readonly #sessions = new Map<Http2Session, SessionState>();
  /** Requests that have not arrived completely. */
  readonly #arriving = new Map<ServerHttp2Stream, RequestState>();
  #requests = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(limits: ServerLimits) {
    this.#limits = limits;
  }

  /** Whether another connection is allowed. */
  get hasRoom(): boolean {
    return this.#sessions.size < this.#limits.maxSessions;
  }

  /** Watches a connection from its start. */
  addSession(session: Http2Session): void {
    const state = { lastUsed: performance.now(), isReady: false, requests: 0 };
    this.#sessions.set(session, state);
    session.once("remoteSettings", () => {
      state.isReady = true;
    });
    session.once("close", () => {
      this.#sessions.delete(session);
      this.#stopIfIdle();
    });
    session.setTimeout(this.#limits.idleTimeout, () => session.close());
    this.#timer ??= this.#start();
  }

  /**
   * Watches a request until it has arrived completely.
   *
   * @returns false if there are too many requests, so that it must not be handled.
   */
  addRequest(request: Http2ServerRequest, response: Http2ServerResponse): boolean {
    const { stream } = request;
    if (this.#requests >= this.#limits.maxRequests) {
      // Tells the client that the request was not processed, so that it may send it again.
      stream.close(constants.NGHTTP2_REFUSED_STREAM);
      return false;
    }
    this.#requests++;
    const session = stream.session === undefined ? undefined : this.#sessions.get(stream.session);
    if (session !== undefined) {
      session.requests++;
    }
    this.#arriving.set(stream, { started: performance.now(), response });
    stream.once("close", () => {
      this.#requests--;
      this.#arriving.delete(stream);
      if (session !== undefined) {
        session.requests--;
        session.lastUsed = performance.now();
      }
    });
    return true;
  }

  /** Ends all connections after their current requests. */
  close(): void {
    for (const session of this.#sessions.keys()) {
      session.close();
    }
  }

  /** Ends all connections immediately. */
  destroy(): void {
    for (const session of this.#sessions.keys()) {
      session.destroy();
    }
  }

  #start(): NodeJS.Timeout {
    const { headersTimeout, requestTimeout, idleTimeout } = this.#limits;
    const shortest = Math.min(headersTimeout, requestTimeout, idleTimeout);
    const interval = Math.max(SHORTEST_INTERVAL, Math.min(shortest / 4, LONGEST_INTERVAL));
    return setInterval(() => this.#check(performance.now()), interval).unref();
  }

  #stopIfIdle(): void {
    if (this.#sessions.size === 0) {
      clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  #check(now: number): void {
    const { headersTimeout, requestTimeout, idleTimeout } = this.#limits;
    for (const [stream, { started, response }] of this.#arriving) {
      // A stream without a session is about to close.
      if (stream.destroyed || stream.state.remoteClose === 1) {
        this.#arriving.delete(stream);
      } else if (now - started > requestTimeout) {
        this.#arriving.delete(stream);
        refuse(stream, response);
      }
    }
    for (const [session, { lastUsed, isReady, requests }] of this.#sessions) {
      const unused = requests === 0 ? now - lastUsed : 0;
      if (session.closed && unused > headersTimeout) {
        session.destroy();
      } else if (!isReady && unused > headersTimeout) {
        session.destroy();
      } else if (unused > idleTimeout) {
        session.close();
      }
    }
  }
}

const SHORTEST_INTERVAL = 20;
const LONGEST_INTERVAL = 1000;

/** Ends a request that took too long to arrive. */
function refuse(stream: ServerHttp2Stream, response: Http2ServerResponse): void {
  if (response.headersSent) {
    stream.close(constants.NGHTTP2_CANCEL);
    return;
  }
  const { status, headers, body } = errorAnswer(httpErrors.requestTimeout());
  stream.respond({ ":status": status, ...Object.fromEntries(headers) });
  stream.end(body);
  // Once the answer is complete, the rest of the request is not needed (RFC 9113, 8.1).
  stream.once("finish", () => stream.close(constants.NGHTTP2_NO_ERROR));
}
