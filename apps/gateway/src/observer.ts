import { ConnectError } from "@connectrpc/connect";
import { OpenAIHttpError } from "@stepwire/connect";
import type { Observer, RequestObserver } from "@stepwire/handler";
import type { Logger } from "pino";
import type { Metrics, PassedEvents } from "./metrics.js";

/** Returns an observer that counts and logs what an egress does, and what is passed through. */
export function createObserver(metrics: Metrics, log: Logger): Observer {
  return {
    request: () => observeRequest(metrics, log),
    incident: ({ kind }) => metrics.incident(kind),
  };
}

function observeRequest(metrics: Metrics, log: Logger): RequestObserver {
  let operation = "other";
  let passed: PassedEvents | undefined;
  return {
    operation: ({ name }) => {
      operation = name;
    },
    events: (count, bytes) => {
      passed ??= metrics.events(operation, "sse");
      passed.add(count, bytes);
    },
    end: ({ status, seconds, error }) => {
      metrics.request(operation, status, seconds);
      log.info({ operation, status, seconds }, "answered");
      if (error !== undefined && !isAnswer(error)) {
        log.error({ error }, "the gateway failed");
      }
    },
  };
}

/** Returns whether an error is one of another server, or of the client. */
function isAnswer(error: unknown): boolean {
  return error instanceof OpenAIHttpError || error instanceof ConnectError;
}
