import type { ServerResponse } from "node:http";
import type { DescMessage, DescService, Message } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  type CallOptions,
  type EventStream,
  OpenAIHttpError,
  type ServiceClient,
  type StreamOptions,
} from "@stepwire/connect";
import {
  BodyWriter,
  mapEvents,
  NodeHeaders,
  passedRequestHeaders,
} from "@stepwire/connect/internal";
import type { RouteMapping, StreamMapping, UnaryMapping } from "@stepwire/mapping";
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Logger } from "pino";
import {
  binaryToServerSentEvents,
  createDocumentTranscoder,
  type DocumentTranscoder,
} from "../conversion.js";
import { secondsSince, sendError } from "../http/app.js";
import { BODY_TOO_LARGE } from "../http/errors.js";
import type { Metrics } from "../metrics.js";
import { answerFrom, leaveBodies, type PassThrough } from "../pass-through/endpoint.js";
import { toRequest } from "../routes/http-request.js";
import { queryOf } from "../routes/query.js";
import {
  chooseRoute,
  type Endpoint,
  endpointsOf,
  isStream,
  pathVariables,
  type RouteOf,
} from "./endpoints.js";
import { EventIds, eventId, OPENING_ID, positionIn } from "./event-id.js";
import { errorConstants } from "./failure-event.js";
import type { EgressLimits } from "./limits.js";
import { textOf } from "./request-body.js";
import { writeEvents } from "./stream-reply.js";

/** Options of the routes. */
export interface RouteOptions {
  readonly client: ServiceClient;
  readonly services: readonly DescService[];
  readonly limits: EgressLimits;
  /** Whether clients can resume streams; see `EgressOptions`. */
  readonly clientResume: boolean;
  readonly prefix: string;
  readonly log: Logger;
  readonly metrics: Metrics;
  /** Answers requests that no endpoint can take; undefined to refuse them. */
  readonly passThrough: PassThrough | undefined;
}

/** Without a reason, `abort` creates an error for each stream. */
const LEFT = new Error("the client left");

const DEFAULT_KEEP_ALIVE_INTERVAL = 15_000;

/**
 * Registers the HTTP endpoints of the services.
 *
 * @returns the open streams, each represented by the controller that ends it.
 */
export function registerRoutes(
  app: FastifyInstance,
  options: RouteOptions,
): ReadonlySet<AbortController> {
  const routes = new Routes(options);
  const { prefix, passThrough, limits } = options;
  // Bodies are passed on unchanged as text; only the member `stream` is read.
  if (passThrough === undefined) {
    app.removeAllContentTypeParsers();
  } else {
    leaveBodies(app);
  }
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    try {
      // `parseAs` makes it a buffer.
      done(null, textOf(body as Buffer, request.headers["content-encoding"]));
    } catch (error) {
      if (passThrough === undefined) {
        done(OpenAIHttpError.from(error));
      } else {
        // Bytes that are not text are passed through.
        done(null, body);
      }
    }
  });
  for (const endpoint of endpointsOf(options.services)) {
    app.route({
      method: endpoint.httpMethod,
      url: prefix + endpoint.url,
      handler: (request, reply) => routes.answer(endpoint, request, reply),
      ...(passThrough !== undefined && {
        errorHandler: (error, request, reply) => {
          if (!isRefusedUnread(error, request, limits.maxBodyBytes)) {
            throw error;
          }
          return answerFrom(passThrough, request, reply);
        },
      }),
    });
  }
  return routes.streams;
}

class Routes {
  readonly streams = new Set<AbortController>();
  readonly #transcoders = new Map<DescMessage, DocumentTranscoder>();
  readonly #options: RouteOptions;

  constructor(options: RouteOptions) {
    this.#options = options;
  }

  async answer(
    endpoint: Endpoint,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { passThrough } = this.#options;
    let route: RouteMapping | undefined;
    let input: Message;
    try {
      route = chooseRoute(endpoint, request);
      input = requestOf(route, request);
    } catch (error) {
      if (passThrough !== undefined) {
        return await answerFrom(passThrough, request, reply);
      }
      const { operation = "other" } = route ?? endpoint.document ?? endpoint.stream ?? {};
      return this.#refuse(reply, operation, error);
    }
    if (passThrough !== undefined && !holdsBody(route, request)) {
      return await answerFrom(passThrough, request, reply);
    }
    try {
      return isStream(route)
        ? await this.#stream(route, input, reply)
        : // All rpcs are unary or server-streaming.
          await this.#document(route as RouteOf<UnaryMapping>, input, reply);
    } catch (error) {
      return this.#refuse(reply, route.operation, error);
    }
  }

  async #document(
    route: RouteOf<UnaryMapping>,
    input: Message,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { desc, content } = route.method;
    const left = new AbortController();
    reply.raw.once("close", () => left.abort());
    const call: CallOptions = {
      headers: passedRequestHeaders(new NodeHeaders(reply.request.headers)),
      signal: left.signal,
      timeoutMs: this.#options.limits.answerTimeout,
    };
    const answer = await this.#options.client.call(desc, input, call);
    const json = answer.hasDocument
      ? this.#transcoder(content.message).toJson(answer.bytes)
      : undefined;
    for (const [name, value] of answer.headers) {
      reply.header(name, value);
    }
    this.#note(reply, route.operation, String(answer.status));
    reply.code(answer.status);
    return json === undefined ? reply.send() : reply.type("application/json").send(json);
  }

  #transcoder(schema: DescMessage): DocumentTranscoder {
    let transcoder = this.#transcoders.get(schema);
    if (transcoder === undefined) {
      const { maxMessageBytes: maxBytes } = this.#options.limits;
      transcoder = createDocumentTranscoder(schema, maxBytes === undefined ? {} : { maxBytes });
      this.#transcoders.set(schema, transcoder);
    }
    return transcoder;
  }

  async #stream(
    route: RouteOf<StreamMapping>,
    input: Message,
    reply: FastifyReply,
  ): Promise<FastifyReply> {
    const { limits, clientResume } = this.#options;
    const left = new AbortController();
    let isOver = false;
    // Applies even while the stream waits for the client.
    const overtime = setTimeout(() => {
      isOver = true;
      left.abort(tookTooLong());
    }, limits.streamTimeout);
    let events: EventStream | undefined;
    try {
      if (this.streams.size >= limits.maxStreams) {
        throw OpenAIHttpError.create(429, {
          message: "Too many streams are open at once.",
          type: "rate_limit_error",
          code: "too_many_streams",
        });
      }
      this.streams.add(left);
      reply.raw.once("close", () => left.abort(LEFT));
      if (reply.raw.destroyed) {
        left.abort(LEFT);
      }
      events = await this.#open(route, input, reply.request, left.signal);
      reply.hijack();
      const isWhole = await this.#send(reply, route, events, left.signal);
      if (isWhole && clientResume) {
        this.#forgetLater(reply.raw, events);
      }
    } catch (error) {
      throw left.signal.aborted ? left.signal.reason : error;
    } finally {
      clearTimeout(overtime);
      this.streams.delete(left);
      if (isOver && clientResume) {
        events?.close();
      }
    }
    return reply;
  }

  /** Starts a stream, or resumes the one that the client names. */
  async #open(
    { method }: RouteOf<StreamMapping>,
    input: Message,
    request: FastifyRequest,
    signal: AbortSignal,
  ): Promise<EventStream> {
    const { client, limits, metrics, clientResume } = this.#options;
    const options: StreamOptions = {
      headers: passedRequestHeaders(new NodeHeaders(request.headers)),
      signal,
      timeoutMs: limits.streamTimeout,
      resumeWindow: limits.resumeWindow,
      keepAliveInterval: this.#keepAliveInterval,
      keep: clientResume,
      onResume: () => metrics.incident("stream_resumed"),
    };
    const isResumable = method.resume !== undefined && clientResume;
    const position = isResumable ? positionIn(request.headers["last-event-id"]) : undefined;
    if (position === undefined) {
      return await client.open(method.desc, input, options);
    }
    try {
      const events = await client.resume(method.desc, position, options);
      metrics.incident("client_resumed");
      return events;
    } catch (error) {
      throw error instanceof ConnectError && error.code === Code.NotFound ? notFound(error) : error;
    }
  }

  /** Returns whether all events were written, and then the end of the stream. */
  async #send(
    reply: FastifyReply,
    { operation, method }: RouteOf<StreamMapping>,
    events: EventStream,
    signal: AbortSignal,
  ): Promise<boolean> {
    const schema = method.event.message;
    const { metrics, limits, clientResume } = this.#options;
    const { raw } = reply;
    const { streamId } = events;
    const ids = clientResume && streamId !== "" ? new EventIds(streamId) : undefined;
    raw.writeHead(events.status, {
      ...Object.fromEntries(events.headers),
      ...(ids !== undefined && { [OPENING_ID]: eventId({ streamId, after: 0 }) }),
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache",
      "x-accel-buffering": "no",
    });
    const body = new BodyWriter(raw);
    const ending = mapEvents(events.blocks(), {
      // The reason of an abort may be an error for the client.
      mapError: (error) => (signal.reason instanceof OpenAIHttpError ? signal.reason : error),
    });
    const passed = metrics.events(operation, "sse");
    const failure = await writeEvents(raw, body, ending, {
      toServerSentEvents: (block) => {
        const text = binaryToServerSentEvents(
          schema,
          block.map(({ event }) => event),
        );
        return (
          ids?.add(
            text,
            block.map(({ number }) => number),
          ) ?? text
        );
      },
      errorConstants: errorConstants(schema),
      signal,
      keepAliveInterval: this.#keepAliveInterval,
      idleTimeout: limits.idleTimeout,
      onEvents: (count, bytes) => passed.add(count, bytes),
    });
    this.#note(reply, operation, raw.destroyed ? "client_left" : statusOf(events, failure));
    return failure === undefined && !raw.destroyed;
  }

  /**
   * Has a stream forgotten some time after its end was written. A client whose connection breaks
   * before that can come back for the rest.
   */
  #forgetLater(response: ServerResponse, events: EventStream): void {
    const { resumeWindow, forgetDelay = resumeWindow } = this.#options.limits;
    const wait = (): void => {
      setTimeout(() => events.close(), forgetDelay).unref();
    };
    if (response.writableFinished) {
      wait();
    } else {
      response.once("finish", wait);
    }
  }

  get #keepAliveInterval(): number {
    return this.#options.limits.keepAliveInterval ?? DEFAULT_KEEP_ALIVE_INTERVAL;
  }

  #refuse(reply: FastifyReply, operation: string, error: unknown): FastifyReply {
    const answer = OpenAIHttpError.from(error);
    this.#note(reply, operation, reply.raw.destroyed ? "client_left" : String(answer.status));
    return sendError(reply, answer);
  }

  #note(reply: FastifyReply, operation: string, status: string): void {
    const seconds = secondsSince(reply.request);
    this.#options.metrics.request(operation, status, seconds);
    this.#options.log.info({ operation, status, seconds }, "answered");
  }
}

/** Returns whether a request was refused for the length of its body, before reading any of it. */
function isRefusedUnread(error: FastifyError, { headers }: FastifyRequest, limit: number): boolean {
  return error.code === BODY_TOO_LARGE && Number(headers["content-length"]) > limit;
}

/** Returns whether a route has a place for the body of a request, if there is one. */
function holdsBody({ body: field }: RouteMapping, { body }: FastifyRequest): boolean {
  return field === undefined
    ? body === undefined || body === ""
    : body === undefined || typeof body === "string";
}

/** Returns the rpc's request for an HTTP request. */
function requestOf(route: RouteMapping, request: FastifyRequest): Message {
  return toRequest(route, {
    variables: pathVariables(route, request),
    query: queryOf(request.url),
    body: typeof request.body === "string" ? request.body : undefined,
  });
}

/** Returns the error for a client that resumes a stream that does not exist, or is not its own. */
function notFound(cause: unknown): OpenAIHttpError {
  const message =
    "There is no stream of yours for the header 'Last-Event-ID', or no longer: it has expired, or the connection to its upstream was lost before it was stored.";
  return OpenAIHttpError.create(404, { message, code: "stream_not_found" }, { cause });
}

/** Returns the error for a stream that has reached `streamTimeout`. */
function tookTooLong(): OpenAIHttpError {
  return OpenAIHttpError.create(504, {
    message: "The stream took too long.",
    code: "stream_timeout",
  });
}

function statusOf({ status }: EventStream, failure: OpenAIHttpError | undefined): string {
  return failure === undefined ? String(status) : `broken_${failure.status}`;
}
