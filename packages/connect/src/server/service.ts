import { randomUUID } from "node:crypto";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { durationMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import {
  CloseRunEventsResponseSchema,
  type RunStepService,
  type StreamRunEventsRequest,
  type StreamRunEventsResponse,
  type StreamRunEventsResponseSchema,
} from "@stepwire/core";
import { OpenAIHttpError } from "../errors/openai-http-error.js";
import { type Header, passedRequestHeaders } from "../headers.js";
import type { OpenedRunEvents, RunStepSource, SourceCall } from "../source.js";
import { type Caller, Callers } from "../streams/caller.js";
import { LiveStream } from "../streams/live-stream.js";
import { mapEvents } from "../streams/map-events.js";
import { noSuchStream, type StreamLease, StreamRegistry } from "../streams/stream-registry.js";
import { connectionKey } from "./connection.js";
import { eventResponse, isBinaryCall, runStepResponse, runStepsResponse } from "./encode.js";

/** Bounds of a service. */
export interface RunStepServiceOptions {
  /**
   * How many streams there may be at once, including those that wait for their reader to
   * come back; if a new one needs the slot, the longest waiting of these is ended.
   * @defaultValue 1,000
   */
  readonly maxStreams?: number;
  /**
   * How long a stream may be, in milliseconds, whoever reads it and however slowly.
   * @defaultValue 3,600,000
   */
  readonly maxStreamTime?: number;
  /** The longest time that a reader may take to come back, in milliseconds. @defaultValue 30,000 */
  readonly maxResumeWindow?: number;
  /**
   * How much memory the events take that are held for a reader that comes back, in bytes;
   * for each stream that can be resumed. @defaultValue 1 MiB
   */
  readonly maxResumeBytes?: number;
}

/** The service, with the streams that are under way. */
export interface RunStepServer {
  readonly implementation: ServiceImpl<typeof RunStepService>;
  /** How many streams there are, those included that wait for their reader. */
  readonly streams: number;
  /** Ends all streams, with an error for their readers. */
  close(reason?: unknown): void;
}

const DEFAULTS = {
  maxStreams: 1000,
  maxStreamTime: 3_600_000,
  maxResumeWindow: 30_000,
  maxResumeBytes: 1024 * 1024,
};

/** Serves the run steps of a source. */
export function createRunStepServer(
  source: RunStepSource,
  options: RunStepServiceOptions = {},
): RunStepServer {
  const bounds = { ...DEFAULTS, ...options };
  const registry = new StreamRegistry(bounds);
  const callers = new Callers();
  const streams = new RunEvents(source, registry, callers, bounds);
  return {
    implementation: {
      getRunStep: async (request, context) => {
        const { content, headers } = await answer(source.getRunStep(request, toCall(context)));
        setHeaders(context, headers);
        return runStepResponse(content, isBinaryCall(context));
      },
      listRunSteps: async (request, context) => {
        const { content, headers } = await answer(source.listRunSteps(request, toCall(context)));
        setHeaders(context, headers);
        return runStepsResponse(content, isBinaryCall(context));
      },
      streamRunEvents: (request, context) => streams.stream(request, context),
      closeRunEvents: ({ streamId }, { requestHeader }) => {
        registry.close(streamId, callers.of(requestHeader));
        return create(CloseRunEventsResponseSchema);
      },
    },
    get streams() {
      return registry.size;
    },
    close: (reason) => registry.closeAll(reason),
  };
}

type Response = MessageInitShape<typeof StreamRunEventsResponseSchema>;
type Responses = AsyncIterableIterator<Response, undefined>;

class RunEvents {
  readonly #source: RunStepSource;
  readonly #registry: StreamRegistry;
  readonly #callers: Callers;
  readonly #bounds: Required<RunStepServiceOptions>;

  constructor(
    source: RunStepSource,
    registry: StreamRegistry,
    callers: Callers,
    bounds: Required<RunStepServiceOptions>,
  ) {
    this.#source = source;
    this.#registry = registry;
    this.#callers = callers;
    this.#bounds = bounds;
  }

  /** The opening, then the events; not a generator, for the reason of `LiveStream.read`. */
  stream(request: StreamRunEventsRequest, context: HandlerContext): Responses {
    const binary = isBinaryCall(context);
    let events: Responses | undefined;
    const responses: Responses = {
      next: async () => {
        if (events !== undefined) {
          return await events.next();
        }
        const { lease, after, window } = await this.#attach(request, context);
        events = mapEvents(lease.read(after, context.signal), {
          map: ({ number, event }) => eventResponse(number, event, binary),
          mapError: (error) =>
            context.signal.aborted
              ? context.signal.reason
              : OpenAIHttpError.from(error).toConnectError(),
        });
        return { done: false, value: opening(window > 0 ? lease.stream.id : "") };
      },
      return: async () => (await events?.return?.()) ?? { done: true, value: undefined },
      [Symbol.asyncIterator]: () => responses,
    };
    return responses;
  }

  /** Opens a stream, or takes one up again, for as long as the call goes on. */
  async #attach(
    request: StreamRunEventsRequest,
    context: HandlerContext,
  ): Promise<{ lease: StreamLease; after: number; window: number }> {
    const window = this.#window(request);
    const opened = await this.#open(request, window > 0, context);
    const release = (): void => {
      opened.lease.release(window);
      if (ConnectError.from(context.signal.reason).code === Code.DeadlineExceeded) {
        endConnection(context);
      }
    };
    context.signal.addEventListener("abort", release);
    if (context.signal.aborted) {
      release();
      context.signal.throwIfAborted();
    }
    return { ...opened, window };
  }

  #window({ resumeWindow }: StreamRunEventsRequest): number {
    const asked = resumeWindow === undefined ? 0 : durationMs(resumeWindow);
    return Math.min(Math.max(0, asked), this.#bounds.maxResumeWindow);
  }

  async #open(
    { start }: StreamRunEventsRequest,
    resumable: boolean,
    context: HandlerContext,
  ): Promise<{ lease: StreamLease; after: number }> {
    if (start.case === undefined) {
      throw new ConnectError("the request does not say how to start", Code.InvalidArgument);
    }
    const caller = this.#callers.of(context.requestHeader);
    const onEnd = (): void => endConnection(context);
    if (start.case === "resume") {
      const lease = this.#registry.attach(start.value.streamId, caller, onEnd);
      if (lease !== undefined) {
        return { lease, after: start.value.after };
      }
    }
    using _room = this.#registry.reserve();
    const controller = new AbortController();
    const abort = (): void => controller.abort(context.signal.reason);
    context.signal.addEventListener("abort", abort);
    try {
      context.signal.throwIfAborted();
      const call = { ...toCall(context), signal: controller.signal };
      const opened = await answer(
        start.case === "resume"
          ? this.#reopen(start.value.streamId, start.value.after, call)
          : this.#source.openRunEvents(start, call),
      );
      const after = start.case === "resume" ? start.value.after : 0;
      setHeaders(context, opened.headers);
      const stream = this.#create(opened, after, resumable, controller);
      return { lease: this.#add(stream, caller, onEnd), after };
    } finally {
      context.signal.removeEventListener("abort", abort);
    }
  }

  async #reopen(streamId: string, after: number, call: SourceCall): Promise<OpenedRunEvents> {
    const opened = await this.#source.reopenRunEvents?.(streamId, after, call);
    if (opened === undefined) {
      throw noSuchStream();
    }
    return { streamId, ...opened };
  }

  #create(
    { streamId = randomUUID(), events }: OpenedRunEvents,
    after: number,
    resumable: boolean,
    controller: AbortController,
  ): LiveStream {
    const bounds = { maxBytes: resumable ? this.#bounds.maxResumeBytes : 0, first: after + 1 };
    return new LiveStream(streamId, events, controller, bounds);
  }

  #add(stream: LiveStream, caller: Caller, onEnd: () => void): StreamLease {
    try {
      return this.#registry.add(stream, caller, onEnd);
    } catch (error) {
      stream.close(error);
      throw error;
    }
  }
}

/** Ends the connection of a call whose caller may have stopped reading. */
function endConnection({ values }: HandlerContext): void {
  values.get(connectionKey)?.endSoon();
}

function opening(streamId: string): Response {
  const content: StreamRunEventsResponse["content"] = {
    case: "opening",
    value: { $typeName: "stepwire.rpc.v1.StreamOpening", streamId },
  };
  return { content };
}

function toCall({ signal, requestHeader }: HandlerContext): SourceCall {
  return { signal, headers: passedRequestHeaders(requestHeader) };
}

async function answer<Content>(promise: Promise<Content>): Promise<Content> {
  try {
    return await promise;
  } catch (error) {
    throw error instanceof OpenAIHttpError ? error.toConnectError() : error;
  }
}

function setHeaders({ responseHeader }: HandlerContext, headers: readonly Header[] = []): void {
  for (const [name, value] of headers) {
    responseHeader.append(name, value);
  }
}
