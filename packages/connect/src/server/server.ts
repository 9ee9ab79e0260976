import { randomUUID } from "node:crypto";
import {
  create,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  type DescService,
  type Message,
} from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter, type HandlerContext } from "@connectrpc/connect";
import { fieldsOf, getServiceMapping, type StreamMapping } from "@stepwire/mapping";
import { OpenAIHttpError } from "../errors/openai-http-error.js";
import { type Header, passedRequestHeaders } from "../headers.js";
import type { OpenedStream, Source, SourceCall, StreamPosition } from "../source.js";
import { type Caller, Callers } from "../streams/caller.js";
import { LiveStream } from "../streams/live-stream.js";
import { mapEvents } from "../streams/map-events.js";
import { noSuchStream, type StreamLease, StreamRegistry } from "../streams/stream-registry.js";
import { connectionKey } from "./connection.js";
import { documentResponse, eventResponse, isBinaryCall, openingResponse } from "./encode.js";
import { readStreamRequest } from "./stream-request.js";

/** Bounds of a server. */
export interface ServiceServerOptions {
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

/** Answers a unary rpc with its response. */
export type UnaryHandler = (request: Message, context: HandlerContext) => Promise<Message>;

/** Answers a streaming rpc with its responses. */
export type StreamHandler = (
  request: Message,
  context: HandlerContext,
) => AsyncIterableIterator<Message, undefined>;

/** The implementation of services, rpc by rpc. */
export interface ServiceHandlers {
  readonly unary: ReadonlyMap<DescMethodUnary, UnaryHandler>;
  readonly streams: ReadonlyMap<DescMethodServerStreaming, StreamHandler>;
}

/** A server of services, with the streams that are under way. */
export interface ServiceServer {
  readonly handlers: ServiceHandlers;
  /** The number of streams, including those that wait for their reader. */
  readonly streams: number;
  /** Ends all streams, with an error for their readers. */
  close(reason?: unknown): void;
}

/** Adds the implementation of services to a router of Connect. */
export function registerHandlers(router: ConnectRouter, handlers: ServiceHandlers): void {
  for (const [method, handler] of handlers.unary) {
    router.rpc(method, handler);
  }
  for (const [method, handler] of handlers.streams) {
    router.rpc(method, handler);
  }
}

const DEFAULTS = {
  maxStreams: 1000,
  maxStreamTime: 3_600_000,
  maxResumeWindow: 30_000,
  maxResumeBytes: 1024 * 1024,
};

/**
 * Serves what a source answers. All services share the bounds.
 *
 * @throws {MappingError} if the options of a service are wrong.
 */
export function createServiceServer(
  services: DescService | readonly DescService[],
  source: Source,
  options: ServiceServerOptions = {},
): ServiceServer {
  const bounds = { ...DEFAULTS, ...options };
  const registry = new StreamRegistry(bounds);
  const callers = new Callers();
  const streaming = new Streaming(source, registry, callers, bounds);
  const unary = new Map<DescMethodUnary, UnaryHandler>();
  const streams = new Map<DescMethodServerStreaming, StreamHandler>();
  for (const service of [services].flat()) {
    const { methods, closing } = getServiceMapping(service);
    for (const method of methods) {
      if (method.kind === "stream") {
        streams.set(method.desc, (request, context) => streaming.stream(method, request, context));
        continue;
      }
      unary.set(method.desc, async (request, context) => {
        const { content, headers } = await answer(source.call(method, request, toCall(context)));
        setHeaders(context, headers);
        return documentResponse(method, content, isBinaryCall(context));
      });
    }
    if (closing !== undefined) {
      const { desc, streamId } = closing;
      unary.set(desc, async (request, { requestHeader }) => {
        // The mapping makes sure that the field is a string.
        registry.close(fieldsOf(request)[streamId.localName] as string, callers.of(requestHeader));
        return await Promise.resolve(create(desc.output));
      });
    }
  }
  return {
    handlers: { unary, streams },
    get streams() {
      return registry.size;
    },
    close: (reason) => registry.closeAll(reason),
  };
}

type Responses = AsyncIterableIterator<Message, undefined>;

/** The streaming rpcs of a server. */
class Streaming {
  readonly #source: Source;
  readonly #registry: StreamRegistry;
  readonly #callers: Callers;
  readonly #bounds: Required<ServiceServerOptions>;

  constructor(
    source: Source,
    registry: StreamRegistry,
    callers: Callers,
    bounds: Required<ServiceServerOptions>,
  ) {
    this.#source = source;
    this.#registry = registry;
    this.#callers = callers;
    this.#bounds = bounds;
  }

  /** The opening, then the events; not a generator, for the reason of `LiveStream.read`. */
  stream(method: StreamMapping, request: Message, context: HandlerContext): Responses {
    const binary = isBinaryCall(context);
    let events: Responses | undefined;
    const responses: Responses = {
      next: async () => {
        if (events !== undefined) {
          return await events.next();
        }
        const { lease, after, window } = await this.#attach(method, request, context);
        events = mapEvents(lease.read(after, context.signal), {
          map: ({ number, event }) => eventResponse(method, number, event, binary),
          mapError: (error) =>
            context.signal.aborted
              ? context.signal.reason
              : OpenAIHttpError.from(error).toConnectError(),
        });
        return { done: false, value: openingResponse(method, window > 0 ? lease.stream.id : "") };
      },
      return: async () => (await events?.return?.()) ?? { done: true, value: undefined },
      [Symbol.asyncIterator]: () => responses,
    };
    return responses;
  }

  /** Opens a stream, or resumes one, for as long as the call goes on. */
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
      setHeaders(context, opened.headers);
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
