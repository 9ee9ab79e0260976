import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest } from "node:http2";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { OpenAIHttpError } from "@stepwire/connect";
import { Agent, Client } from "undici";
import { httpErrors } from "../http/errors.js";
import { dispatch, type RawAnswer } from "../ingress/dispatch.js";
import { isBrokenConnection, isUpstreamTimeout, tooLarge } from "../ingress/upstream-errors.js";
import { answerHeadersOf, PASSED_THROUGH, requestHeadersOf } from "./headers.js";

/** Where requests are passed on to, and limits. */
export interface ForwarderOptions {
  /** URL that replaces `mount`, such as `https://api.openai.com/v1`. */
  readonly baseUrl: string;
  /** Start of the paths that are passed on, such as `/v1`. */
  readonly mount: string;
  /**
   * Whether the server marks the answers that it passed through itself. A 404 without the mark
   * means that it passes nothing through.
   */
  readonly isMarked: boolean;
  readonly limits: ForwardLimits;
  /** Returns the error for a server that cannot be reached. */
  readonly unreachable: (cause?: unknown) => OpenAIHttpError;
  /** Returns the error for a server that exceeds a time limit. */
  readonly timeout: (cause?: unknown) => OpenAIHttpError;
}

/** Limits of what is passed through; times in milliseconds. */
export interface ForwardLimits {
  /** Maximum size of the body of a request, and of an answer. */
  readonly maxBytes: number;
  /** Maximum number of requests at once. */
  readonly maxRequests: number;
  readonly maxHeaderBytes: number;
  readonly connectTimeout: number;
  /** Maximum time until the answer begins. */
  readonly answerTimeout: number;
  /** Maximum time without data once the answer has begun, and without the client reading it. */
  readonly idleTimeout: number;
  /** Maximum time for the whole request with its answer. */
  readonly totalTimeout: number;
}

/** A request to pass on. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** The body, if it has been read already. */
  readonly body?: Uint8Array | string | undefined;
  /** Called before the answer is written. */
  readonly onAnswer: () => void;
}

/** Methods whose requests may be sent twice. */
const REPEATABLE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);
const NOT_FOUND = 404;

/**
 * What separates the segments of a path. Some servers decode the path before they split it, or take
 * a backslash for a slash.
 */
const SEPARATOR = /[/\\]|%2f|%5c/i;

/** A path segment that refers to the same or the parent folder; some servers drop the parameters. */
const DOTS = /^(\.|%2e){1,2}(;.*)?$/i;

/**
 * Passes HTTP requests on to a server, and its answers back, as streams of bytes. Neither is parsed
 * or held in memory.
 */
export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #base: URL;
  readonly #basePath: string;
  readonly #bounds: Client.Options;
  readonly #repeatable: Agent;
  readonly #running = new Set<AbortController>();

  constructor(options: ForwarderOptions) {
    this.#options = options;
    this.#base = new URL(options.baseUrl);
    this.#basePath = this.#base.pathname.replace(/\/+$/, "");
    const { limits } = options;
    this.#bounds = {
      connect: { timeout: limits.connectTimeout },
      headersTimeout: limits.answerTimeout,
      bodyTimeout: limits.idleTimeout,
      maxHeaderSize: limits.maxHeaderBytes,
    };
    this.#repeatable = new Agent({
      ...this.#bounds,
      connections: limits.maxRequests,
      keepAliveTimeout: 1000,
      keepAliveMaxTimeout: 1000,
    });
  }

  /** Number of requests that have not been answered completely. */
  get active(): number {
    return this.#running.size;
  }

  /**
   * Passes a request on, and its answer back. If an answer breaks, so does the client's connection.
   *
   * @returns the status for logs and metrics: that of the answer, `broken_502` and the like for an
   * answer that was cut off, or `client_left`.
   * @throws {OpenAIHttpError} if there is no answer. Nothing has been sent to the client then.
   */
  async forward(exchange: Exchange): Promise<string> {
    const { limits, timeout } = this.#options;
    if (this.#running.size >= limits.maxRequests) {
      throw OpenAIHttpError.create(429, {
        message: "Too many requests are passed through at once.",
        type: "rate_limit_error",
        code: "too_many_requests",
      });
    }
    const { response } = exchange;
    const path = this.#pathOf(exchange.request);
    const controller = new AbortController();
    // A reused connection may just be closed by the server, and a request that changes something
    // must not be sent twice. The server is not asked to close the connection: it would do so while
    // it still receives the request if it answers early, and the answer would be lost.
    const single = isRepeatable(exchange) ? undefined : new Client(this.#base.origin, this.#bounds);
    const leave = (): void => {
      if (!response.writableFinished) {
        controller.abort(new Error("the client left"));
      }
    };
    const overtime = setTimeout(() => controller.abort(timeout()), limits.totalTimeout);
    this.#running.add(controller);
    response.once("close", leave);
    if (response.destroyed) {
      leave();
    }
    try {
      const answer = await this.#ask(path, exchange, single, controller.signal);
      return await this.#reply(answer, exchange, controller);
    } catch (error) {
      if (response.destroyed) {
        return "client_left";
      }
      throw error;
    } finally {
      clearTimeout(overtime);
      response.off("close", leave);
      void single?.destroy();
      this.#running.delete(controller);
    }
  }

  /** Ends all requests. The error is sent to clients that have no answer yet. */
  abort(error: OpenAIHttpError): void {
    for (const controller of this.#running) {
      controller.abort(error);
    }
  }

  async close(): Promise<void> {
    await this.#repeatable.destroy();
  }

  /** Returns path and query at the server, with all escapes as the client wrote them. */
  #pathOf({ method, url = "" }: IncomingMessage): string {
    const { mount } = this.#options;
    const [path = ""] = url.split("?");
    if (!path.startsWith(`${mount}/`)) {
      throw httpErrors.unknownUrl(method, url);
    }
    // Such segments could lead out of the base URL.
    if (path.split(SEPARATOR).some((part) => DOTS.test(part))) {
      throw OpenAIHttpError.create(400, { message: "The path of the request is not valid." });
    }
    return this.#basePath + url.slice(mount.length);
  }

  async #ask(
    path: string,
    { request, body }: Exchange,
    single: Client | undefined,
    signal: AbortSignal,
  ): Promise<RawAnswer> {
    const { maxBytes } = this.#options.limits;
    const { method = "GET" } = request;
    let excess: OpenAIHttpError | undefined;
    const refuse = (): OpenAIHttpError => {
      excess = httpErrors.requestTooLarge();
      return excess;
    };
    if (Number(request.headers["content-length"] ?? 0) > maxBytes) {
      throw refuse();
    }
    const content = body ?? (hasBody(request) ? bodyOf(request, maxBytes, refuse) : null);
    const { origin } = this.#base;
    const headers = requestHeadersOf(request.headers);
    const options = { origin, path, method, headers, body: content };
    try {
      if (single !== undefined) {
        return await dispatch(single, options, signal);
      }
      try {
        return await dispatch(this.#repeatable, options, signal);
      } catch (error) {
        if (signal.aborted || !isBrokenConnection(error)) {
          throw error;
        }
        return await dispatch(this.#repeatable, options, signal);
      }
    } catch (error) {
      throw excess ?? this.#errorOf(signal.aborted ? signal.reason : error);
    }
  }

  #errorOf(reason: unknown): OpenAIHttpError {
    const { timeout, unreachable } = this.#options;
    if (reason instanceof OpenAIHttpError) {
      return reason;
    }
    return isUpstreamTimeout(reason) ? timeout(reason) : unreachable(reason);
  }

  async #reply(
    { status, headers, body }: RawAnswer,
    { request, response, onAnswer }: Exchange,
    controller: AbortController,
  ): Promise<string> {
    const { signal } = controller;
    const { limits, isMarked } = this.#options;
    const { method, url = "" } = request;
    const headerOf = (name: string): string | undefined =>
      headers.find(([each]) => each === name)?.[1];
    if (isMarked && status === NOT_FOUND && headerOf(PASSED_THROUGH) === undefined) {
      await body.return();
      throw httpErrors.unknownUrl(method, url);
    }
    if (method !== "HEAD" && Number(headerOf("content-length") ?? 0) > limits.maxBytes) {
      await body.return();
      throw tooLarge();
    }
    onAnswer();
    let failed = false;
    try {
      response.statusCode = status;
      for (const [name, value] of answerHeadersOf(headers, (each) => this.#moved(each, url))) {
        response.appendHeader(name, value);
      }
      if (!isMarked) {
        response.setHeader(PASSED_THROUGH, "1");
      }
      // Sends the headers; flushHeaders() would encode them as UTF-8.
      response.write(new Uint8Array());
      const content = limited(body, limits.maxBytes, tooLarge);
      const bytes = onError(content, () => {
        failed = !signal.aborted;
      });
      const read = whileRead(bytes, limits.idleTimeout, () =>
        controller.abort(new Error("the client does not read the answer")),
      );
      await pipeline(Readable.from(read, { objectMode: false }), response, { signal });
      return String(status);
    } catch {
      await body.return();
      response.destroy();
      const reason: unknown = failed ? undefined : signal.reason;
      if (reason instanceof OpenAIHttpError) {
        return `broken_${reason.status}`;
      }
      return failed ? "broken_502" : "client_left";
    }
  }

  /** Returns the URL at which the client reaches a URL of the server; others are unchanged. */
  #moved(location: string, requested: string): string {
    const { mount } = this.#options;
    const { origin } = this.#base;
    const url = URL.parse(location, origin + this.#basePath + requested.slice(mount.length));
    if (url?.origin !== origin || !url.pathname.startsWith(`${this.#basePath}/`)) {
      return location;
    }
    const moved = mount + url.pathname.slice(this.#basePath.length) + url.search + url.hash;
    // Two slashes at the start would name another server.
    return moved.startsWith("//") ? `/.${moved}` : moved;
  }
}

/** Returns whether a request may be sent twice. */
function isRepeatable({ request, body }: Exchange): boolean {
  return body === undefined && !hasBody(request) && REPEATABLE.has(request.method ?? "GET");
}

/** Returns whether a request has a body. */
function hasBody(request: IncomingMessage): boolean {
  const { headers, httpVersionMajor } = request;
  if (httpVersionMajor > 1) {
    // Such a request is one of Node's HTTP/2 server. No header has to say that there is a body.
    return !(request as unknown as Http2ServerRequest).stream.endAfterHeaders;
  }
  return Number(headers["content-length"] ?? 0) > 0 || headers["transfer-encoding"] !== undefined;
}

/** Returns the body of a request as a stream of its own, whose end leaves the connection open. */
function bodyOf(request: IncomingMessage, maxBytes: number, excess: () => Error): Readable {
  // Requests are streams of bytes.
  const chunks = request.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
  return Readable.from(limited(chunks, maxBytes, excess), { objectMode: false });
}

/** Yields chunks up to a number of bytes, and then throws. */
async function* limited(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  excess: () => Error,
): AsyncGenerator<Uint8Array, void> {
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maxBytes) {
      throw excess();
    }
    yield chunk;
  }
}

/** Yields chunks, and reports if there is an error. */
async function* onError(
  chunks: AsyncIterable<Uint8Array>,
  report: () => void,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* chunks;
  } catch (error) {
    report();
    throw error;
  }
}

/** Yields chunks, and reports a chunk after which the next one is not asked for in time. */
async function* whileRead(
  chunks: AsyncIterable<Uint8Array>,
  timeout: number,
  report: () => void,
): AsyncGenerator<Uint8Array, void> {
  for await (const chunk of chunks) {
    const timer = setTimeout(report, timeout);
    try {
      yield chunk;
    } finally {
      clearTimeout(timer);
    }
  }
}
