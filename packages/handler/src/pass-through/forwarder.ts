import { type ResponseSink, startTimer } from "@stepwire/connect/internal";
import { OpenAIHttpError } from "@stepwire/connect/web";
import { writable } from "../egress/stream-reply.js";
import type { HandlerRequest } from "../handler-request.js";
import { httpErrors } from "../http-errors.js";
import type { Observation } from "../observation.js";
import type { Operation } from "../observer.js";
import { checkTarget, originFormOf, pathOf } from "../routes/target.js";
import { type Forward, type ForwardedAnswer, ForwardTimeout } from "./forward.js";
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
  readonly limits: Required<ForwardLimits>;
  /** Sends requests to the server. */
  readonly forward: Forward;
  /** Returns the error for a server that cannot be reached. */
  readonly unreachable: (cause?: unknown) => OpenAIHttpError;
  /** Returns the error for a server that exceeds a time limit. */
  readonly timeout: (cause?: unknown) => OpenAIHttpError;
}

/** Limits of what is passed through; times in milliseconds. */
export interface ForwardLimits {
  /** Maximum size of the body of a request, and of an answer, in bytes. @defaultValue 512 MiB */
  readonly maxBytes?: number;
  /** Maximum number of requests at once. @defaultValue 1,000 */
  readonly maxRequests?: number;
  /** Maximum time from the end of the request until the answer begins. @defaultValue 60,000 */
  readonly answerTimeout?: number;
  /**
   * Maximum time without data, of the request and of the answer, and without the client reading it.
   * @defaultValue 300,000
   */
  readonly idleTimeout?: number;
  /** Maximum time for the whole request with its answer. @defaultValue 900,000 */
  readonly totalTimeout?: number;
}

/** The defaults of the limits. */
export const defaultForwardLimits: Required<ForwardLimits> = {
  maxBytes: 512 * 1024 * 1024,
  maxRequests: 1000,
  answerTimeout: 60_000,
  idleTimeout: 300_000,
  totalTimeout: 900_000,
};

/** A request to pass on. */
export interface PassedRequest {
  readonly request: HandlerRequest;
  readonly sink: ResponseSink;
  readonly observation: Observation;
  /** The body, if it has been read already. */
  readonly body?: Uint8Array | string | undefined;
}

const OPERATION: Operation = { name: "pass_through", kind: "none" };

/** Methods whose requests may be sent twice. */
const REPEATABLE: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);
const NOT_FOUND = 404;
/** The statuses of HTTP with an answer (RFC 9110, 15). `fetch` has 0 for a redirect that it hides. */
const FIRST_STATUS = 200;
const LAST_STATUS = 599;
/** Statuses whose answers have no body. */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);
const NOTHING = new Uint8Array(0);

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
  readonly #running = new Set<AbortController>();

  constructor(options: ForwarderOptions) {
    this.#options = options;
    this.#base = new URL(options.baseUrl);
    this.#basePath = this.#base.pathname.replace(/\/+$/, "");
  }

  /** Number of requests that have not been answered completely. */
  get active(): number {
    return this.#running.size;
  }

  /** Returns whether a request is passed on. */
  handles(url: string): boolean {
    return pathOf(url).startsWith(`${this.#options.mount}/`);
  }

  /**
   * Passes a request on, and its answer back. If an answer breaks, so does the client's connection.
   *
   * @throws {OpenAIHttpError} if there is no answer. Nothing has been sent to the client then.
   */
  async forward(passed: PassedRequest): Promise<void> {
    const { sink, observation } = passed;
    const { limits, timeout } = this.#options;
    observation.operation(OPERATION);
    if (this.#running.size >= limits.maxRequests) {
      throw OpenAIHttpError.create(429, {
        message: "Too many requests are passed through at once.",
        type: "rate_limit_error",
        code: "too_many_requests",
      });
    }
    const path = this.#pathOf(passed.request);
    const controller = new AbortController();
    const leave = (): void => {
      if (!sink.isFinished) {
        controller.abort(new Error("the client left"));
      }
    };
    const overtime = startTimer(() => controller.abort(timeout()), limits.totalTimeout);
    this.#running.add(controller);
    sink.onGone(leave);
    if (sink.isGone) {
      leave();
    }
    try {
      const answer = await this.#ask(path, passed, controller.signal);
      await this.#reply(answer, passed, controller);
    } catch (error) {
      if (!sink.isGone) {
        throw error;
      }
      observation.end("client_left");
    } finally {
      clearTimeout(overtime);
      this.#running.delete(controller);
    }
  }

  /** Ends all requests. The error is sent to clients that have no answer yet. */
  abort(error: OpenAIHttpError): void {
    for (const controller of this.#running) {
      controller.abort(error);
    }
  }

  /** Returns path and query at the server, with all escapes as the client wrote them. */
  #pathOf(request: HandlerRequest): string {
    const { mount } = this.#options;
    const { method, url } = request;
    if (!this.handles(url)) {
      throw httpErrors.unknownUrl(method, url);
    }
    checkTarget(request);
    // Such segments could lead out of the base URL.
    if (
      pathOf(url)
        .split(SEPARATOR)
        .some((part) => DOTS.test(part))
    ) {
      throw httpErrors.badPath();
    }
    return this.#basePath + originFormOf(url).slice(mount.length);
  }

  async #ask(
    path: string,
    { request, body, observation }: PassedRequest,
    signal: AbortSignal,
  ): Promise<ForwardedAnswer> {
    const { limits, forward } = this.#options;
    const { method } = request;
    let excess: OpenAIHttpError | undefined;
    const refuse = (): OpenAIHttpError => {
      excess = httpErrors.requestTooLarge();
      return excess;
    };
    if (Number(request.headers.get("content-length") ?? 0) > limits.maxBytes) {
      throw refuse();
    }
    const unread =
      body === undefined && request.hasBody
        ? limited(request.chunks(), limits.maxBytes, refuse)
        : null;
    try {
      return await forward({
        method,
        path,
        headers: Object.fromEntries(observation.headers(requestHeadersOf(request.headers))),
        body: body ?? unread,
        isRepeatable: body === undefined && unread === null && REPEATABLE.has(method),
        signal,
      });
    } catch (error) {
      throw excess ?? this.#errorOf(signal.aborted ? signal.reason : error);
    }
  }

  #errorOf(reason: unknown): OpenAIHttpError {
    const { timeout, unreachable } = this.#options;
    if (reason instanceof OpenAIHttpError) {
      return reason;
    }
    return reason instanceof ForwardTimeout ? timeout(reason) : unreachable(reason);
  }

  async #reply(
    { status, headers, body }: ForwardedAnswer,
    { request, sink, observation }: PassedRequest,
    { signal }: AbortController,
  ): Promise<void> {
    const { limits, isMarked } = this.#options;
    const { method, url } = request;
    const headerOf = (name: string): string | undefined =>
      headers.find(([each]) => each === name)?.[1];
    if (status < FIRST_STATUS || status > LAST_STATUS) {
      await endReading(body);
      throw httpErrors.badStatus(status);
    }
    if (isMarked && status === NOT_FOUND && headerOf(PASSED_THROUGH) === undefined) {
      await endReading(body);
      throw httpErrors.unknownUrl(method, url);
    }
    if (method !== "HEAD" && Number(headerOf("content-length") ?? 0) > limits.maxBytes) {
      await endReading(body);
      throw answerTooLarge();
    }
    let failure: { readonly error: unknown } | undefined;
    const failed = (error: unknown): void => {
      failure = signal.aborted ? undefined : { error };
    };
    try {
      try {
        sink.head(status, [
          ...answerHeadersOf(headers, (each) => this.#moved(each, url)),
          ...(isMarked ? [] : [[PASSED_THROUGH, "1"] as const]),
        ]);
      } catch (error) {
        failed(error);
        throw error;
      }
      if (method !== "HEAD" && !WITHOUT_BODY.has(status)) {
        // Sends the head: the body may be long in coming.
        sink.write(NOTHING);
      }
      const chunks = onError(limited(body, limits.maxBytes, answerTooLarge), failed);
      await writeAll(sink, chunks, limits.idleTimeout, signal);
      observation.end(String(status), status);
    } catch {
      await endReading(body);
      sink.destroy();
      const reason: unknown = failure === undefined ? signal.reason : undefined;
      if (reason instanceof OpenAIHttpError) {
        observation.end(`broken_${reason.status}`, status, reason);
      } else if (failure === undefined) {
        observation.end("client_left", status);
      } else {
        observation.end("broken_502", status, failure.error);
      }
    }
  }

  /** Returns the URL at which the client reaches a URL of the server; others are unchanged. */
  #moved(location: string, requested: string): string {
    const { mount } = this.#options;
    const { origin } = this.#base;
    const path = this.#basePath + originFormOf(requested).slice(mount.length);
    const url = URL.parse(location, origin + path);
    if (url?.origin !== origin || !url.pathname.startsWith(`${this.#basePath}/`)) {
      return location;
    }
    const moved = mount + url.pathname.slice(this.#basePath.length) + url.search + url.hash;
    // Two slashes at the start would name another server.
    return moved.startsWith("//") ? `/.${moved}` : moved;
  }
}

/** Returns the error for an answer that exceeds the size limit. */
export function answerTooLarge(cause?: unknown): OpenAIHttpError {
  const members = { message: "The upstream's answer is too large.", code: "upstream_too_large" };
  return OpenAIHttpError.create(502, members, { cause });
}

async function endReading(body: ForwardedAnswer["body"]): Promise<void> {
  try {
    await body.return?.();
  } catch {
    // The answer has ended, which is all that is wanted.
  }
}

/**
 * Writes chunks no faster than the client reads, and the end. Settles when the client has got
 * everything.
 *
 * @throws {Error} if the client leaves, or does not read for some time.
 */
async function writeAll(
  sink: ResponseSink,
  chunks: AsyncIterable<Uint8Array>,
  timeout: number,
  signal: AbortSignal,
): Promise<void> {
  for await (const chunk of chunks) {
    if (!sink.write(chunk)) {
      await inTime((settle) => void writable(sink, signal).then(settle), timeout);
    }
    checkThere(sink, signal);
  }
  checkThere(sink, signal);
  await inTime((settle) => {
    const leave = (): void => settle();
    signal.addEventListener("abort", leave, { once: true });
    sink.onGone(leave);
    sink.end(undefined, leave);
  }, timeout);
  if (!sink.isFinished) {
    checkThere(sink, signal);
  }
}

function checkThere(sink: ResponseSink, signal: AbortSignal): void {
  signal.throwIfAborted();
  if (sink.isGone) {
    throw new Error("the client left");
  }
}

/** Waits for something, at most for a time in milliseconds. */
function inTime(wait: (settle: () => void) => void, timeout: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = startTimer(
      () => reject(new Error("the client does not read the answer")),
      timeout,
    );
    wait(() => {
      clearTimeout(timer);
      resolve();
    });
  });
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
  report: (error: unknown) => void,
): AsyncGenerator<Uint8Array, void> {
  try {
    yield* chunks;
  } catch (error) {
    report(error);
    throw error;
  }
}
