import { ConnectError } from "@connectrpc/connect";
import { OpenAIHttpError } from "@stepwire/connect";
import { combineObservers, type Observer, type RequestObserver } from "@stepwire/handler";
import { createOpenTelemetryObserver } from "@stepwire/handler/opentelemetry";
import type { Logger } from "pino";
import type { Metrics, PassedEvents } from "./metrics.js";

/**
 * Returns an observer that counts and logs what a gateway does, and reports it to OpenTelemetry if that
 * was started.
 */
export function createObserver(metrics: Metrics, log: Logger): Observer {
  const failed = (error: unknown): void => log.error({ error }, "an observer failed");
  return combineObservers(
    {
      failed,
      request: () => observeRequest(metrics, log),
      incident: ({ kind, error }) => {
        metrics.incident(kind);
        if (kind === "stream_not_stored") {
          log.error({ error }, "a stream cannot be stored");
        }
      },
    },
    { ...createOpenTelemetryObserver(), failed },
  );
}

function observeRequest(metrics: Metrics, log: Logger): RequestObserver {
  let operation = "other";
  /** The protocol of a call of a service; undefined for a request of the API. */
  let protocol: string | undefined;
  let passed: PassedEvents | undefined;
  return {
    operation: (described) => {
      operation = described.name;
      protocol = described.protocol;
    },
    events: (count, bytes) => {
      passed ??= metrics.events(operation, protocol === undefined ? "sse" : "binary");
      passed.add(count, bytes);
    },
    end: ({ status, seconds, error }) => {
      metrics.request(operation, status, seconds);
      if (protocol !== undefined) {
        const level = operation === "close" ? "debug" : "info";
        log[level]({ operation, protocol, status, reason: rootCode(error), seconds }, "answered");
        return;
      }
      log.info({ operation, status, seconds }, "answered");
      if (FAILED.has(status) && error !== undefined && !isAnswer(error)) {
        log.error({ error }, "the gateway failed");
      }
    },
  };
}

/** The statuses of errors that nothing else explains. */
const FAILED: ReadonlySet<string> = new Set(["500", "broken_500"]);

/** Returns whether an error is one of another server, or of the client. */
function isAnswer(error: unknown): boolean {
  return error instanceof OpenAIHttpError || error instanceof ConnectError;
}

/** Returns the code of the root cause of an error, such as ECONNREFUSED. */
function rootCode(error: unknown): string | undefined {
  let code: string | undefined;
  for (let each = error; each instanceof Error; each = each.cause) {
    code = "code" in each && typeof each.code === "string" ? each.code : code;
  }
  return code;
}
