import { randomUUID } from "node:crypto";
import { create, type Message } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import type { StreamMapping } from "@stepwire/mapping";
import { OpenAIHttpError } from "../errors/openai-http-error.js";
import { keepAliveIntervalIn } from "../headers.js";
import type { OpenedStream, Source, SourceCall, StreamPosition } from "../source.js";
import type { Caller, Callers } from "../streams/caller.js";
import { keepAlive } from "../streams/keep-alive.js";
import { LiveStream } from "../streams/live-stream.js";
import { mapEvents } from "../streams/map-events.js";
import { noSuchStream, type StreamLease, type StreamRegistry } from "../streams/stream-registry.js";
import { answer, setHeaders, toCall } from "./call.js";
import { connectionKey } from "./connection.js";
import { eventResponse, isBinaryCall, openingResponse } from "./encode.js";
import { readStreamRequest } from "./stream-request.js";

/** Limits of what is kept for resuming; see `ServiceServerOptions`. */
export interface ResumeBounds {
  readonly maxResumeWindow: number;
  readonly maxResumeBytes: number;
}

type Responses = AsyncIterableIterator<Message, undefined>;

/** Implements the streaming rpcs of a server. */
export class Streaming {
  readonly #source: Source;
  readonly #registry: StreamRegistry;
  readonly #callers: Callers;
  readonly #bounds: ResumeBounds;

  constructor(source: Source, registry: StreamRegistry, callers: Callers, bounds: ResumeBounds) {
    this.#source = source;
    this.#registry = registry;
    this.#callers = callers;
    this.#bounds = bounds;
  }

  /**
   * Returns the opening, then the events. Not a generator, for the reason given at
   * `LiveStream.read`.
   */
  stream(method: StreamMapping, request: Message, context: HandlerContext): Responses {
    const binary = isBinaryCall(context);
    let events: Responses | undefined;
    const responses: Responses = {
      next: async () => {
        if (events !== undefined) {
          return await events.next();
        }
        const { lease, after, window } = await this.#attach(method, request, context);
        const read = mapEvents(lease.read(after, context.signal), {
          map: ({ number, event }) => eventResponse(method, number, event, binary),
          mapError: (error) =>
            context.signal.aborted
              ? context.signal.reason
              : OpenAIHttpError.from(error).toConnectError(),
        });
        events = keepAlive(read, {
          interval: keepAliveIntervalIn(context.requestHeader),
          element: () => create(method.desc.output),
        });
        return { done: false, value: openingResponse(method, window > 0 ? lease.stream.id : "") };
      },
      return: async () => (await events?.return?.()) ?? { done: true, value: undefined },
      [Symbol.asyncIterator]: () => responses,
    };
    return responses;
  }

  /** Opens or resumes a stream, for the duration of the call. */
  async #attach(
    method: StreamMapping,
    request: Message,
    context: HandlerContext,
  ): Promise<{ lease: StreamLease; after: number; window: number }> {
    const { position, resumeWindow } = readStreamRequest(method, request);
    const window = Math.min(Math.max(0, resumeWindow), this.#bounds.maxResumeWindow);
    const lease = await this.#open(method, request, position, window > 0, context);
    const release = (): void => {
      lease.release(window);
      if (ConnectError.from(context.signal.reason).code === Code.DeadlineExceeded) {
        endConnection(context);
      }
    };
    context.signal.addEventListener("abort", release);
    if (context.signal.aborted) {
      release();
      context.signal.throwIfAborted();
    }
    return { lease, after: position?.after ?? 0, window };
  }

  async #open(
    method: StreamMapping,
    request: Message,
    position: StreamPosition | undefined,
    resumable: boolean,
    context: HandlerContext,
  ): Promise<StreamLease> {
    const caller = this.#callers.of(context.requestHeader);
    const onEnd = (): void => endConnection(context);
    if (position !== undefined) {
      const lease = this.#registry.attach(position.streamId, method, caller, onEnd);
      if (lease !== undefined) {
        return lease;
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
        position === undefined
          ? this.#source.open(method, request, call)
          : this.#reopen(method, position, call),
      );
      setHeaders(context, opened);
      const { streamId = randomUUID(), events } = opened;
      const stream = new LiveStream(streamId, method, events, controller, {
        maxBytes: resumable ? this.#bounds.maxResumeBytes : 0,
        first: (position?.after ?? 0) + 1,
      });
      return this.#add(stream, caller, onEnd);
    } finally {
      context.signal.removeEventListener("abort", abort);
    }
  }

  async #reopen(
    method: StreamMapping,
    position: StreamPosition,
    call: SourceCall,
  ): Promise<OpenedStream> {
    const opened = await this.#source.reopen?.(method, position, call);
    if (opened === undefined) {
      throw noSuchStream();
    }
    return { streamId: position.streamId, ...opened };
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
