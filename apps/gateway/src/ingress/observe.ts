import type {
  DescMessage,
  DescMethod,
  DescMethodServerStreaming,
  DescMethodUnary,
  Message,
} from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type {
  BlockHandler,
  CallContext,
  EventGroup,
  OpenedStream,
  ServiceHandlers,
  Source,
  StreamHandler,
  UnaryHandler,
} from "@stepwire/connect";
import { encodedEvents, mapEvents } from "@stepwire/connect/internal";
import { operationOf } from "@stepwire/handler/internal";
import { getServiceMapping } from "@stepwire/mapping";
import type { Logger } from "pino";
import type { Metrics } from "../metrics.js";

/** Handlers that count and log their calls. */
export interface ObservedHandlers {
  readonly handlers: ServiceHandlers;
  /** The number of current calls. */
  readonly active: number;
}

/** Counts the calls of services and logs how each one ended. */
export function observeHandlers(
  handlers: ServiceHandlers,
  log: Logger,
  metrics: Metrics,
): ObservedHandlers {
  let active = 0;
  const begin = (operation: string, context: CallContext): Outcome => {
    const outcome = new Outcome();
    const started = performance.now();
    active++;
    // The signal is aborted at the end of every call, regardless of how it ended.
    context.signal.addEventListener("abort", () => {
      active--;
      const seconds = (performance.now() - started) / 1000;
      metrics.request(operation, outcome.status, seconds);
      const level = operation === "close" ? "debug" : "info";
      const { protocolName: protocol } = context;
      const { status, reason } = outcome;
      log[level]({ operation, protocol, status, reason, seconds }, "answered");
    });
    return outcome;
  };
  const observedUnary =
    (method: DescMethodUnary, handler: UnaryHandler): UnaryHandler =>
    (request, context) =>
      begin(nameOf(method, request), context).of(() => handler(request, context));
  const observedStream =
    (method: DescMethodServerStreaming, handler: StreamHandler): StreamHandler =>
    (request, context) => {
      const outcome = begin(nameOf(method, request), context);
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
      const outcome = begin(nameOf(method, request), context);
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

/** Returns the name of a call for logs and metrics. */
function nameOf({ parent, name }: DescMethod, request: Message): string {
  const mapping = getServiceMapping(parent).methodByName.get(name);
  return mapping === undefined ? "close" : operationOf(mapping, request);
}

/** How a call ended. The default is that the caller disconnected. */
class Outcome {
  status = "canceled";
  /** The code of the root cause of an error, such as ECONNREFUSED. */
  reason: string | undefined;

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
    this.reason = rootCode(error);
    const name = Code[ConnectError.from(error).code] ?? "Unknown";
    this.status = name.replace(/(?<=[a-z])[A-Z]/g, "_$&").toLowerCase();
  }
}

function rootCode(error: unknown): string | undefined {
  let code: string | undefined;
  for (let each = error; each instanceof Error; each = each.cause) {
    code = "code" in each && typeof each.code === "string" ? each.code : code;
  }
  return code;
}

/** Returns a source whose events are counted. */
export function countEvents(source: Source, metrics: Metrics): Source {
  return {
    call: (method, request, call) => source.call(method, request, call),
    open: async (method, request, call) => {
      const opened = await source.open(method, request, call);
      return counted(opened, method.event.message, operationOf(method, request), metrics);
    },
    reopen: async (method, position, call) => {
      const opened = await source.reopen?.(method, position, call);
      return opened && counted(opened, method.event.message, "resume", metrics);
    },
  };
}

function counted(
  opened: OpenedStream,
  schema: DescMessage,
  operation: string,
  metrics: Metrics,
): OpenedStream {
  const passed = metrics.events(operation, "binary");
  const events = mapEvents(opened.events, {
    map: (event) => {
      const group = encodedEvents(schema, event);
      passed.add(group.length, totalSize(group));
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
