import type { DescMessage, Message } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import {
  mapEvents,
  passedRequestHeaders,
  type ResponseSink,
  startBackgroundTimer,
  startTimer,
} from "@stepwire/connect/internal";
import {
  type CallOptions,
  type EventStream,
  type Header,
  OpenAIHttpError,
  type ServiceClient,
  type StreamOptions,
} from "@stepwire/connect/web";
import type { StreamMapping, UnaryMapping } from "@stepwire/mapping";
import {
  binaryToServerSentEvents,
  createDocumentTranscoder,
  type DocumentTranscoder,
} from "../conversion.js";
import type { HandlerRequest } from "../handler-request.js";
import type { Observation } from "../observation.js";
import type { IncidentKind } from "../observer.js";
import type { RouteOf } from "./endpoints.js";
import { EventIds, eventId, OPENING_ID, positionIn } from "./event-id.js";
import { errorConstants } from "./failure-event.js";
import type { EgressLimits } from "./limits.js";
import { writeEvents } from "./stream-reply.js";

/** Options for answering from services. */
export interface AnsweringOptions {
  readonly client: ServiceClient;
  readonly limits: Required<EgressLimits>;
  /** Whether clients can resume streams; see `EgressHandlerOptions`. */
  readonly clientResume: boolean;
  readonly onIncident: (kind: IncidentKind) => void;
}

/** A request for an rpc, and where its answer goes. */
export interface Exchange {
  readonly request: HandlerRequest;
  readonly sink: ResponseSink;
  readonly observation: Observation;
  /** The request of the rpc. */
  readonly input: Message;
}

/** Without a reason, `abort` creates an error for each stream. */
const LEFT = new Error("the client left");

/** Answers requests for rpcs, with documents or streams. */
export class Answering {
  /** The requests that are being answered, each represented by the controller that ends it. */
  readonly running: Set<AbortController> = new Set<AbortController>();
  #streams = 0;
  readonly #transcoders = new Map<DescMessage, DocumentTranscoder>();
  readonly #options: AnsweringOptions;

  constructor(options: AnsweringOptions) {
    this.#options = options;
  }

  /** Number of open streams. */
  get streams(): number {
    return this.#streams;
  }

  /** Answers with a document. @throws the error to answer with. */
  async document({ method }: RouteOf<UnaryMapping>, exchange: Exchange): Promise<void> {
    const { sink, observation, input } = exchange;
    await this.#whileThere(sink, async ({ signal }) => {
      const { client, limits } = this.#options;
      const options: CallOptions = {
        headers: headersOf(exchange),
        signal,
        timeoutMs: limits.answerTimeout,
      };
      const answer = await client.call(method.desc, input, options);
      const json = answer.hasDocument
        ? this.#transcoder(method.content.message).toJson(answer.bytes)
        : undefined;
      sink.head(
        answer.status,
        json === undefined
          ? answer.headers
          : [...answer.headers, ["content-type", "application/json"]],
      );
      sink.end(json);
      observation.end(String(answer.status), answer.status);
    });
  }

  #transcoder(schema: DescMessage): DocumentTranscoder {
    let transcoder = this.#transcoders.get(schema);
    if (transcoder === undefined) {
      const { maxMessageBytes: maxBytes } = this.#options.limits;
      transcoder = createDocumentTranscoder(schema, { maxBytes });
      this.#transcoders.set(schema, transcoder);
    }
    return transcoder;
  }

  /** Answers with a stream. @throws the error to answer with. */
  async stream(route: RouteOf<StreamMapping>, exchange: Exchange): Promise<void> {
    const { limits, clientResume } = this.#options;
    if (this.#streams >= limits.maxStreams) {
      throw tooManyStreams();
    }
    this.#streams++;
    try {
      await this.#whileThere(exchange.sink, async (controller) => {
        let isOver = false;
        // Applies even while the stream waits for the client.
        const overtime = startTimer(() => {
          isOver = true;
          controller.abort(tookTooLong());
        }, limits.streamTimeout);
        let events: EventStream | undefined;
        try {
          events = await this.#open(route, exchange, controller.signal);
          await this.#send(route, exchange, events, controller.signal);
        } finally {
          clearTimeout(overtime);
          if (isOver && clientResume) {
            events?.close();
          }
        }
      });
    } finally {
      this.#streams--;
    }
  }

  /** Runs a function whose controller is aborted when the client leaves. */
  async #whileThere(
    sink: ResponseSink,
    run: (controller: AbortController) => Promise<void>,
  ): Promise<void> {
    const controller = new AbortController();
    this.running.add(controller);
    sink.onGone(() => controller.abort(LEFT));
    if (sink.isGone) {
      controller.abort(LEFT);
    }
    try {
      await run(controller);
    } catch (error) {
      throw controller.signal.aborted ? controller.signal.reason : error;
    } finally {
      this.running.delete(controller);
    }
  }

  /** Starts a stream, or resumes the one that the client names. */
  async #open(
    { method }: RouteOf<StreamMapping>,
    exchange: Exchange,
    signal: AbortSignal,
  ): Promise<EventStream> {
    const { client, limits, clientResume } = this.#options;
    const onIncident = (kind: IncidentKind): void => {
      this.#options.onIncident(kind);
      exchange.observation.incident(kind);
    };
    const options: StreamOptions = {
      headers: headersOf(exchange),
      signal,
      timeoutMs: limits.streamTimeout,
      resumeWindow: limits.resumeWindow,
      keepAliveInterval: limits.keepAliveInterval,
      keep: clientResume,
      onResume: () => onIncident("stream_resumed"),
    };
    const { headers } = exchange.request;
    const isResumable = method.resume !== undefined && clientResume;
    const position = isResumable ? positionIn(headers.get("last-event-id")) : undefined;
    if (position === undefined) {
      return await client.open(method.desc, exchange.input, options);
    }
    try {
      const events = await client.resume(method.desc, position, options);
      onIncident("client_resumed");
      return events;
    } catch (error) {
      throw error instanceof ConnectError && error.code === Code.NotFound ? notFound(error) : error;
    }
  }

  async #send(
    { method }: RouteOf<StreamMapping>,
    { sink, observation }: Exchange,
    events: EventStream,
    signal: AbortSignal,
  ): Promise<void> {
    const schema = method.event.message;
    const { limits, clientResume } = this.#options;
    const { streamId, status } = events;
    const ids = clientResume && streamId !== "" ? new EventIds(streamId) : undefined;
    sink.head(status, [
      ...events.headers,
      ...(ids === undefined ? [] : [[OPENING_ID, eventId({ streamId, after: 0 })] as const]),
      ["content-type", "text/event-stream; charset=utf-8"],
      ["cache-control", "no-cache"],
      ["x-accel-buffering", "no"],
    ]);
    // Sends the head: the first event may be long in coming.
    sink.write(NOTHING);
    const ending = mapEvents(events.blocks(), {
      // The reason of an abort may be an error for the client.
      mapError: (error) => (signal.reason instanceof OpenAIHttpError ? signal.reason : error),
    });
    const failure = await writeEvents(sink, ending, {
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
      errorConstants: () => errorConstants(schema),
      signal,
      keepAliveInterval: limits.keepAliveInterval,
      idleTimeout: limits.idleTimeout,
      onEvents: (count, bytes) => observation.events(count, bytes),
      ...(clientResume && { onFinished: () => this.#forgetLater(events) }),
    });
    const hasLeft = sink.isGone && !sink.isFinished;
    const told = failure === undefined ? String(status) : `broken_${failure.status}`;
    observation.end(hasLeft ? "client_left" : told, status, failure);
  }

  /**
   * Has a stream forgotten some time after the client has got its end. A client whose connection
   * breaks before that can come back for the rest.
   */
  #forgetLater(events: EventStream): void {
    startBackgroundTimer(() => events.close(), this.#options.limits.forgetDelay);
  }
}

const NOTHING = new Uint8Array(0);

function headersOf({ request, observation }: Exchange): readonly Header[] {
  return observation.headers(passedRequestHeaders(request.headers));
}

function tooManyStreams(): OpenAIHttpError {
  return OpenAIHttpError.create(429, {
    message: "Too many streams are open at once.",
    type: "rate_limit_error",
    code: "too_many_streams",
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
