import { toBinary } from "@bufbuild/protobuf";
import { Code, ConnectError, type HandlerContext, type ServiceImpl } from "@connectrpc/connect";
import { mapEvents, type OpenedRunEvents, type RunStepSource } from "@stepwire/connect";
import { type RunStepService, StreamEventSchema } from "@stepwire/core";
import type { Logger } from "pino";
import type { Metrics, Operation } from "../metrics.js";

/** A service that is watched. */
export interface ObservedService {
  readonly implementation: ServiceImpl<typeof RunStepService>;
  /** How many calls are under way. */
  readonly active: number;
}

const starts: Readonly<Record<string, Operation>> = {
  createRun: "create_run",
  createThreadAndRun: "create_thread_and_run",
  submitToolOutputs: "submit_tool_outputs",
  resume: "resume",
};

/** Counts the calls of a service and logs how each ended. */
export function observeService(
  { getRunStep, listRunSteps, streamRunEvents, closeRunEvents }: ServiceImpl<typeof RunStepService>,
  log: Logger,
  metrics: Metrics,
): ObservedService {
  let active = 0;
  const begin = (operation: Operation, context: HandlerContext): Outcome => {
    const outcome = new Outcome();
    const started = performance.now();
    active++;
    // The signal says that a call is over, however it ended, and wherever it stood.
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
  return {
    get active() {
      return active;
    },
    implementation: {
      getRunStep: (request, context) =>
        begin("get_run_step", context).of(async () => getRunStep(request, context)),
      listRunSteps: (request, context) =>
        begin("list_run_steps", context).of(async () => listRunSteps(request, context)),
      closeRunEvents: (request, context) =>
        begin("close", context).of(async () => closeRunEvents(request, context)),
      streamRunEvents: (request, context) => {
        const outcome = begin(starts[request.start.case ?? ""] ?? "other", context);
        return mapEvents(streamRunEvents(request, context), {
          mapError: (error) => {
            outcome.fail(error);
            return error;
          },
          onEnd: () => {
            outcome.end();
          },
        });
      },
    },
  };
}

/** How a call ended; until something else is known, its caller went. */
class Outcome {
  status = "canceled";
  /** The code of what an error goes back to, such as ECONNREFUSED. */
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

/** A source whose events are counted. */
export function countEvents(source: RunStepSource, metrics: Metrics): RunStepSource {
  return {
    getRunStep: (request, call) => source.getRunStep(request, call),
    listRunSteps: (request, call) => source.listRunSteps(request, call),
    openRunEvents: async (start, call) =>
      counted(await source.openRunEvents(start, call), starts[start.case] ?? "other", metrics),
    reopenRunEvents: async (streamId, after, call) => {
      const opened = await source.reopenRunEvents?.(streamId, after, call);
      return opened && counted(opened, "resume", metrics);
    },
  };
}

function counted(opened: OpenedRunEvents, operation: Operation, metrics: Metrics): OpenedRunEvents {
  const events = mapEvents(opened.events, {
    map: (event) => {
      const bytes = event instanceof Uint8Array ? event : toBinary(StreamEventSchema, event);
      metrics.event(operation, "binary", bytes.length);
      return bytes;
    },
  });
  return { ...opened, events };
}
