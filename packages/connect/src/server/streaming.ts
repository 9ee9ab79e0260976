import { create, type Message } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext } from "@connectrpc/connect";
import type { StreamMapping } from "@stepwire/mapping";
import { OpenAIHttpError } from "../errors/openai-http-error.js";
import { acceptsGroups, type HeaderReader, keepAliveIntervalIn } from "../headers.js";
import type { OpenedStream, Source, SourceCall, StreamPosition } from "../source.js";
import { BlockWriter } from "../streams/block-writer.js";
import type { Caller, Callers } from "../streams/caller.js";
import { keepAlive } from "../streams/keep-alive.js";
import { LiveStream, type NumberedBlock } from "../streams/live-stream.js";
import { mapEvents } from "../streams/map-events.js";
import {
  belongsTo,
  explain,
  readStored,
  readStoredBlocks,
  StoreUnavailableError,
  storedHead,
  withFallback,
} from "../streams/stored-stream.js";
import { noSuchStream, type StreamLease, type StreamRegistry } from "../streams/stream-registry.js";
import { type StoreReader, StreamLostError, type StreamStore } from "../streams/stream-store.js";
import { delay } from "../timer.js";
import { answer, setHeaders, toCall } from "./call.js";
import type { CallContext } from "./call-context.js";
import { connectionKey } from "./connection.js";
import { eventResponse, isBinaryCall, openingResponse } from "./encode.js";
import { readStreamRequest } from "./stream-request.js";

/** Limits of what is kept for resuming, and where; see `ServiceServerOptions`. */
export interface ResumeBounds {
  readonly maxResumeWindow: number;
  readonly maxResumeBytes: number;
  readonly store?: StreamStore;
  readonly onStoreFailure?: (error: unknown) => void;
  readonly storeFailure?: "continue" | "end";
  readonly maxStoreWait: number;
  readonly onStoredRead?: () => void;
}

/** A stream that a call may read: one of this server, or a stored one. */
interface Reading extends Pick<StreamLease, "read" | "readBlocks" | "release"> {
  readonly id: string;
}

/** A stream whose events are read in blocks. */
export interface OpenedBlocks {
  /** The identifier for resuming the stream; empty if it cannot be resumed. */
  readonly streamId: string;
  /** The number of the first event. */
  readonly first: number;
  readonly blocks: AsyncIterableIterator<NumberedBlock, undefined>;
}

/** How long a stream waits for a slow store before it continues without, in milliseconds. */
const LONGEST_STORE_WAIT = 5000;

/** How long a call that ends streams waits for the process of one, in milliseconds. */
const LONGEST_CLOSING = 1000;

/** Blocks have at least one event. */
const NO_EVENT = new Uint8Array();

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
        const { signal } = context;
        const mapError = (error: unknown): unknown =>
          signal.aborted ? signal.reason : toAnswer(error);
        const read =
          method.following !== undefined && acceptsGroups(context.requestHeader)
            ? mapEvents(lease.readBlocks(after, signal), {
                map: ({ first, events: [event = NO_EVENT, ...following] }) =>
                  eventResponse(method, first, event, binary, following),
                mapError,
              })
            : mapEvents(lease.read(after, signal), {
                map: ({ number, event }) => eventResponse(method, number, event, binary),
                mapError,
              });
        events = keepAlive(read, {
          interval: keepAliveIntervalIn(context.requestHeader),
          element: () => create(method.desc.output),
        });
        return { done: false, value: openingResponse(method, window > 0 ? lease.id : "") };
      },
      return: async () => (await events?.return?.()) ?? { done: true, value: undefined },
      [Symbol.asyncIterator]: () => responses,
    };
    return responses;
  }

  /** Opens or resumes a stream whose events are read in blocks, for the duration of the call. */
  async open(method: StreamMapping, request: Message, context: CallContext): Promise<OpenedBlocks> {
    const { lease, after, window } = await this.#attach(method, request, context);
    return {
      streamId: window > 0 ? lease.id : "",
      first: after + 1,
      blocks: lease.readBlocks(after, context.signal),
    };
  }

  /** Opens or resumes a stream, for the duration of the call. */
  async #attach(
    method: StreamMapping,
    request: Message,
    context: CallContext,
  ): Promise<{ lease: Reading; after: number; window: number }> {
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
    context: CallContext,
  ): Promise<Reading> {
    const caller = await this.#callers.of(context.requestHeader);
    const onEnd = (): void => endConnection(context);
    if (position !== undefined) {
      const lease = this.#registry.attach(position.streamId, method, caller, onEnd);
      if (lease !== undefined) {
        return this.#withStore(lease);
      }
      const stored = await this.#openStored(method, position, context);
      if (stored !== undefined) {
        return stored;
      }
    }
    using _room = this.#registry.reserve();
    const controller = new AbortController();
    const abort = (): void => controller.abort(context.signal.reason);
    let stream: LiveStream | undefined;
    const onStoreFailure = (error: unknown): void => {
      this.#bounds.onStoreFailure?.(error);
      if (this.#bounds.storeFailure === "end") {
        stream?.close(notStored(error));
      }
    };
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
      const { streamId = this.#newId(), events } = opened;
      // A source that resumes its streams itself needs no store.
      const stores = resumable && opened.streamId === undefined;
      const writer = stores
        ? await this.#store(streamId, method, context, onStoreFailure)
        : undefined;
      stream = new LiveStream(
        streamId,
        method,
        events,
        controller,
        {
          maxBytes: resumable ? this.#bounds.maxResumeBytes : 0,
          first: (position?.after ?? 0) + 1,
        },
        writer,
      );
      return this.#withStore(this.#add(stream, caller, onEnd));
    } catch (error) {
      controller.abort(error);
      throw error;
    } finally {
      context.signal.removeEventListener("abort", abort);
    }
  }

  #newId(): string {
    return this.#bounds.store?.newId() ?? crypto.randomUUID();
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

  /** Creates a stream in the store, if there is one. */
  async #store(
    id: string,
    method: StreamMapping,
    { requestHeader }: CallContext,
    onFailure: (error: unknown) => void,
  ): Promise<BlockWriter | undefined> {
    const { store, storeFailure, maxResumeBytes, maxStoreWait } = this.#bounds;
    if (store === undefined) {
      return undefined;
    }
    const { maxBlockBytes } = store;
    const bounds = { maxBlockBytes, maxPendingBytes: maxResumeBytes, maxWait: LONGEST_STORE_WAIT };
    let failure: unknown;
    const creating = store.create(id, await storedHead(method, requestHeader));
    const writer = new BlockWriter(creating, bounds, (error) => {
      failure = error;
      onFailure(error);
    });
    // The reader can resume elsewhere as soon as it knows the identifier. But a slow store must not
    // delay the stream for long.
    const waited = new AbortController();
    const { signal } = waited;
    await Promise.race([creating.catch(() => {}), delay(maxStoreWait, signal)]);
    waited.abort();
    if (!writer.isOpen && storeFailure === "end") {
      throw notStored(failure).toConnectError();
    }
    return writer;
  }

  /**
   * Returns a stream of this server whose reader continues from the store if the memory no longer
   * has its next event: another reader, of another server, may be ahead.
   */
  #withStore(lease: StreamLease): Reading {
    const { id, stream } = lease;
    if (!stream.isStored) {
      return lease;
    }
    const behind = async (last: number, signal: AbortSignal): Promise<StoreReader | undefined> =>
      stream.isStored && !stream.holds(last) ? await this.#lookUp(id, last, signal) : undefined;
    return {
      id,
      read: (after, signal) =>
        withFallback(
          lease.read(after, signal),
          after,
          ({ number }) => number,
          async (last) => {
            const reader = await behind(last, signal);
            return reader && readStored(reader, last, signal);
          },
        ),
      readBlocks: (after, signal) =>
        withFallback(lease.readBlocks(after, signal), after, lastNumber, async (last) => {
          const reader = await behind(last, signal);
          return reader && readStoredBlocks(reader, last, signal);
        }),
      release: (window) => lease.release(window),
    };
  }

  /** Opens a stream of another process. Returns undefined if the store does not have it. */
  async #openStored(
    method: StreamMapping,
    { streamId, after }: StreamPosition,
    { requestHeader, signal }: CallContext,
  ): Promise<Reading | undefined> {
    const reader = await this.#lookUp(streamId, after, signal);
    if (reader === undefined) {
      return undefined;
    }
    if (!(await belongsTo(reader.head, requestHeader, method))) {
      throw noSuchStream();
    }
    // The reader needs a slot until its call ends.
    const room = this.#registry.reserve();
    signal.addEventListener("abort", () => room[Symbol.dispose]());
    if (signal.aborted) {
      room[Symbol.dispose]();
    }
    this.#bounds.onStoredRead?.();
    return {
      id: streamId,
      read: (last) => readStored(reader, last, signal),
      readBlocks: (last) => readStoredBlocks(reader, last, signal),
      release: () => {},
    };
  }

  /** @param after number of the last event that the reader has. */
  async #lookUp(
    streamId: string,
    after: number,
    signal: AbortSignal,
  ): Promise<StoreReader | undefined> {
    try {
      return await this.#bounds.store?.open(streamId, signal);
    } catch (error) {
      throw toAnswer(explain(error, after));
    }
  }

  /** Ends streams of a caller, here or in another process. */
  async close(streamIds: readonly string[], headers: HeaderReader): Promise<void> {
    const caller = await this.#callers.of(headers);
    await Promise.all(streamIds.map((id) => this.#close(id, caller, headers)));
  }

  async #close(streamId: string, caller: Caller, headers: HeaderReader): Promise<void> {
    if (await this.#registry.close(streamId, caller)) {
      return;
    }
    let reader: StoreReader | undefined;
    try {
      reader = await this.#bounds.store?.open(streamId, AbortSignal.timeout(LONGEST_CLOSING));
    } catch (error) {
      if (error instanceof StreamLostError) {
        return;
      }
      throw new StoreUnavailableError(error).toConnectError();
    }
    if (reader !== undefined && (await belongsTo(reader.head, headers))) {
      await reader.remove();
    }
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

/** Returns the Connect error for an error of a stream. */
function toAnswer(error: unknown): ConnectError {
  return error instanceof StoreUnavailableError
    ? error.toConnectError()
    : OpenAIHttpError.from(error).toConnectError();
}

function lastNumber({ first, events }: NumberedBlock): number {
  return first + events.length - 1;
}

/** Returns the error for a stream that ends because it cannot be stored. */
function notStored(cause: unknown): OpenAIHttpError {
  const message = "The stream cannot be stored, so it could not be resumed.";
  return OpenAIHttpError.create(503, { message, code: "stream_not_stored" }, { cause });
}

/** Ends the connection of a call whose caller may have stopped reading. */
function endConnection({ values }: CallContext): void {
  values.get(connectionKey)?.endSoon();
}
