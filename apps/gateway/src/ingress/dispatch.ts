import type { Header } from "@stepwire/connect";
import type { Agent, Dispatcher } from "undici";
import { AnswerBody } from "./answer-body.js";

/** An answer as it comes. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: AnswerBody;
}

/** Sends a request; settles when the answer has begun. */
export function dispatch(
  agent: Agent,
  request: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    let body: AnswerBody | undefined;
    let abort: (() => void) | undefined;
    const finish = (error?: unknown): void => {
      if (abort !== undefined) {
        signal.removeEventListener("abort", abort);
      }
      body?.end(error);
    };
    agent.dispatch(request, {
      onRequestStart(controller) {
        // Also when an aborted request is sent after all.
        abort = () => controller.abort(toError(signal.reason));
        signal.addEventListener("abort", abort, { once: true });
        if (signal.aborted) {
          abort();
        }
      },
      onResponseStart(controller, status, headers) {
        if (status >= 200) {
          body = new AnswerBody(controller);
          resolve({ status, headers: [...flatten(headers)], body });
        }
      },
      onResponseData(_controller, chunk) {
        // The buffer is the connection's own, to be used again.
        body?.push(Buffer.from(chunk));
      },
      onResponseEnd() {
        finish();
      },
      onResponseError(_controller, error) {
        finish(error);
        reject(error);
      },
    });
  });
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error("aborted");
}

function* flatten(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Generator<Header> {
  for (const [name, value] of Object.entries(headers)) {
    for (const each of Array.isArray(value) ? value : [value ?? ""]) {
      yield [name.toLowerCase(), each];
    }
  }
}
