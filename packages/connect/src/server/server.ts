import {
  create,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  type DescService,
  type Message,
} from "@bufbuild/protobuf";
import { Code, ConnectError, type ConnectRouter, type HandlerContext } from "@connectrpc/connect";
import { type ClosingMapping, fieldsOf, getServiceMapping } from "@stepwire/mapping";
import type { Source } from "../source.js";
import { Callers } from "../streams/caller.js";
import { StreamRegistry } from "../streams/stream-registry.js";
import type { StreamStore } from "../streams/stream-store.js";
import { answer, setHeaders, toCall } from "./call.js";
import type { CallContext } from "./call-context.js";
import { documentResponse, isBinaryCall } from "./encode.js";
import { type OpenedBlocks, Streaming } from "./streaming.js";

/** Limits of a server. */
export interface ServiceServerOptions {
  /**
   * Maximum number of streams, including those without a reader. If a new stream needs a slot, the
   * stream that has been without a reader for the longest time is ended. @defaultValue 1,000
   */
  readonly maxStreams?: number;
  /**
   * Maximum duration of a stream, in milliseconds, regardless of how it is read. @defaultValue
   * 3,600,000
   */
  readonly maxStreamTime?: number;
  /**
   * Maximum time for which a stream is kept without a reader, in milliseconds. @defaultValue 30,000
   */
  readonly maxResumeWindow?: number;
  /**
   * Maximum memory for the events that are kept for resuming, in bytes per resumable stream.
   * @defaultValue 1 MiB
   */
  readonly maxResumeBytes?: number;
  /**
   * Stores the streams that can be resumed, so that other servers with the same store can resume
   * them. Without a store, only this server can.
   */
  readonly store?: StreamStore;
  /** Called when a stream, or the rest of it, cannot be stored. */
  readonly onStoreFailure?: (error: unknown) => void;
  /**
   * What happens to a stream that cannot be stored. `continue`: only this server can resume it.
   * `end`: it ends with an error. @defaultValue "continue"
   */
  readonly storeFailure?: "continue" | "end";
  /**
   * How long the opening of a stream waits for the store, in milliseconds. Only then can another
   * server resume the stream from the start. A longer time delays all streams while the store is
   * slow. @defaultValue 500
   */
  readonly maxStoreWait?: number;
  /** Called when a stream is resumed from the store. */
  readonly onStoredRead?: () => void;
}

/** Answers a unary rpc with its response. */
export type UnaryHandler = (request: Message, context: HandlerContext) => Promise<Message>;

/** Answers a streaming rpc with its responses. */
export type StreamHandler = (
  request: Message,
  context: HandlerContext,
) => AsyncIterableIterator<Message, undefined>;

/** Answers a streaming rpc with blocks of events, for the stream format. */
export type BlockHandler = (request: Message, context: CallContext) => Promise<OpenedBlocks>;

/** The implementation of services, by rpc. */
export interface ServiceHandlers {
  readonly unary: ReadonlyMap<DescMethodUnary, UnaryHandler>;
  readonly streams: ReadonlyMap<DescMethodServerStreaming, StreamHandler>;
  /** The same rpcs as in `streams`. */
  readonly blocks: ReadonlyMap<DescMethodServerStreaming, BlockHandler>;
}

/** A server of services, with its open streams. */
export interface ServiceServer {
  readonly handlers: ServiceHandlers;
  /** The number of streams, including those without a reader. */
  readonly streams: number;
  /** Ends all streams, with an error for their readers. */
  close(reason?: unknown): void;
}

/** Adds the implementation of services to a Connect router. */
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
  maxStoreWait: 500,
};

/**
 * Creates a server whose calls are answered by a source. The limits are shared by all services.
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
  options.store?.serve({
    onRead: (id) => registry.onRead(id),
    end: (id) => registry.end(id),
  });
  const streaming = new Streaming(source, registry, callers, bounds);
  const unary = new Map<DescMethodUnary, UnaryHandler>();
  const streams = new Map<DescMethodServerStreaming, StreamHandler>();
  const blocks = new Map<DescMethodServerStreaming, BlockHandler>();
  for (const service of [services].flat()) {
    const { methods, closing } = getServiceMapping(service);
    for (const method of methods) {
      if (method.kind === "stream") {
        streams.set(method.desc, (request, context) => streaming.stream(method, request, context));
        blocks.set(method.desc, (request, context) => streaming.open(method, request, context));
        continue;
      }
      unary.set(method.desc, async (request, context) => {
        const answered = await answer(source.call(method, request, toCall(context)));
        setHeaders(context, answered);
        return documentResponse(method, answered.content, isBinaryCall(context));
      });
    }
    if (closing !== undefined) {
      unary.set(closing.desc, async (request, { requestHeader }) => {
        await streaming.close(closedStreams(closing, request), requestHeader);
        return create(closing.desc.output);
      });
    }
  }
  return {
    handlers: { unary, streams, blocks },
    get streams() {
      return registry.size;
    },
    close: (reason) => registry.closeAll(reason),
  };
}

/** Maximum number of streams that one call ends. */
const MAX_CLOSED_STREAMS = 1000;

/** Returns the identifiers of the streams that a request ends. */
function closedStreams({ streamId, streamIds }: ClosingMapping, request: Message): string[] {
  const fields = fieldsOf(request);
  // The mapping guarantees that these fields are a string and a list of strings.
  const first = fields[streamId.localName] as string;
  const others = streamIds === undefined ? [] : (fields[streamIds.localName] as string[]);
  if (others.length >= MAX_CLOSED_STREAMS) {
    const text = `a call ends at most ${MAX_CLOSED_STREAMS} streams`;
    throw new ConnectError(text, Code.InvalidArgument);
  }
  return [first, ...others];
}
