import type {
  DescMessage,
  DescMethod,
  DescMethodServerStreaming,
  DescMethodUnary,
  Message,
} from "@bufbuild/protobuf";
import { Code, ConnectError, type ContextKey, createContextKey } from "@connectrpc/connect";
import type {
  BlockHandler,
  CallContext,
  EventGroup,
  OpenedStream,
  ServiceHandlers,
  Source,
  SourceCall,
  StreamHandler,
  UnaryHandler,
} from "@stepwire/connect/fetch";
import { encodedEvents, mapEvents } from "@stepwire/connect/internal";
import { getServiceMapping } from "@stepwire/mapping";
import type { Observer, Operation, RequestObserver } from "../observer.js";
import { routeOf } from "../routes/http-request.js";
import { operationOf, pathTemplate } from "../routes/operation.js";

/** Handlers that report their calls. */
export interface ObservedHandlers {
  readonly handlers: ServiceHandlers;
  /** The number of current calls. */
  readonly active: number;
}

/** Context key for the observer of a call. */
const observerKey: ContextKey<RequestObserver | undefined> = createContextKey<
  RequestObserver | undefined
>(undefined, { description: "observer of the call" });

/** Counts the calls of services and reports each of them, and how it ended, to an observer. */
export function observeHandlers(
  handlers: ServiceHandlers,
  observer: Observer | undefined,
  next: string | undefined,
): ObservedHandlers {
  let active = 0;
  const begin = (method: DescMethod, request: Message, context: CallContext): Outcome => {
    const outcome = new Outcome();
    const started = performance.now();
    const observed = observer?.request?.({
      role: "ingress",
      method: "requestMethod" in context ? String(context.requestMethod) : "POST",
      path: `/${rpcOf(method)}`,
      next,
      header: (name) => context.requestHeader.get(name),
    });
    const { signal } = context;
    const end = (): void => {
      active--;
      const seconds = (performance.now() - started) / 1000;
      observed?.end?.({ status: outcome.status, seconds, error: outcome.error });
    };
    active++;
    // The signal is aborted at the end of every call, regardless of how it ended.
    signal.addEventListener("abort", end, { once: true });
    if (observed !== undefined) {
      observed.operation?.(describe(method, request, context));
      context.values.set(observerKey, observed);
    }
    if (signal.aborted) {
      // The caller left before the call was read, so there is no event.
      end();
    }
    return outcome;
  };
  const observedUnary =
    (method: DescMethodUnary, handler: UnaryHandler): UnaryHandler =>
    (request, context) =>
      begin(method, request, context).of(() => handler(request, context));
  const observedStream =
    (method: DescMethodServerStreaming, handler: StreamHandler): StreamHandler =>
    (request, context) => {
      const outcome = begin(method, request, context);
      return mapEvents(handler(request, context), {
        map: (response) => response,
        mapError: (error) => {
          outcome.fail(error);
          return error;
        },
        onEnd: () => {
          outcome.end();
        },
      });
    };
  const observedBlocks =
    (method: DescMethodServerStreaming, handler: BlockHandler): BlockHandler =>
    async (request, context) => {
      const outcome = begin(method, request, context);
      const mapError = (error: unknown): unknown => {
        outcome.fail(error);
        return error;
      };
      try {
        const opened = await handler(request, context);
        const blocks = mapEvents(opened.blocks, { mapError, onEnd: () => outcome.end() });
        return { ...opened, blocks };
      } catch (error) {
        throw mapError(error);
      }
    };
  return {
    get active() {
      return active;
    },
    handlers: {
      blocks: mapEntries(handlers.blocks, observedBlocks),
      unary: mapEntries(handlers.unary, observedUnary),
      streams: mapEntries(handlers.streams, observedStream),
    },
  };
}

function mapEntries<Key, Value>(
  map: ReadonlyMap<Key, Value>,
  change: (key: Key, value: Value) => Value,
): Map<Key, Value> {
  return new Map([...map].map(([key, value]) => [key, change(key, value)]));
}

function rpcOf({ parent, name }: DescMethod): string {
  return `${parent.typeName}/${name}`;
}

function describe(method: DescMethod, request: Message, { protocolName }: CallContext): Operation {
  const mapping = getServiceMapping(method.parent).methodByName.get(method.name);
  const described = { rpc: rpcOf(method), protocol: protocolName };
  if (mapping === undefined) {
    return { name: "close", kind: "none", ...described };
  }
  const kind = mapping.kind === "stream" ? "stream" : "document";
  const route = routeOf(mapping, request);
  return {
    name: operationOf(mapping, request),
    kind,
    route: route && pathTemplate(route),
    httpMethod: route?.httpMethod,
    ...described,
  };
}

/** How a call ended. The default is that the caller disconnected. */
class Outcome {
  status = "canceled";
  error: unknown;

  end(): void {
    this.status = "ok";
  }

  async of<Result>(call: () => Promise<Result>): Promise<Result> {
    try {
      const result = await call();
      this.status = "ok";
      return result;
    } catch (error) {
      this.fail(error);
      throw error;
    }
  }

  fail(error: unknown): void {
    this.error = error;
    const name = Code[ConnectError.from(error).code] ?? "Unknown";
    this.status = name.replace(/(?<=[a-z])[A-Z]/g, "_$&").toLowerCase();
  }
}

/**
 * Returns a source that reports the events of its streams to the observers of their calls, and sends the
 * headers that they choose.
 */
export function observeSource(source: Source): Source {
  return {
    call: (method, request, call) => source.call(method, request, withHeaders(call)),
    open: async (method, request, call) => {
      const opened = await source.open(method, request, withHeaders(call));
      return counted(opened, method.event.message, observerOf(call));
    },
    reopen: async (method, position, call) => {
      const opened = await source.reopen?.(method, position, withHeaders(call));
      return opened && counted(opened, method.event.message, observerOf(call));
    },
  };
}

function observerOf({ values }: SourceCall): RequestObserver | undefined {
  return values?.get(observerKey);
}

function withHeaders(call: SourceCall): SourceCall {
  const observer = observerOf(call);
  return observer?.headers === undefined
    ? call
    : { ...call, headers: observer.headers(call.headers) };
}

function counted(
  opened: OpenedStream,
  schema: DescMessage,
  observer: RequestObserver | undefined,
): OpenedStream {
  if (observer?.events === undefined) {
    return opened;
  }
  const events = mapEvents(opened.events, {
    map: (event) => {
      const group = encodedEvents(schema, event);
      observer.events?.(group.length, totalSize(group));
      return group;
    },
  });
  return { ...opened, events };
}

function totalSize(events: EventGroup): number {
  let size = 0;
  for (const { length } of events) {
    size += length;
  }
  return size;
}
