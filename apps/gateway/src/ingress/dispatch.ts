import type { Header } from "@stepwire/connect";
import { NodeHeaders } from "@stepwire/connect/internal";
import { AnswerBody } from "@stepwire/handler/internal";
import type { Dispatcher } from "undici";
import { toClientError } from "./undici-errors.js";

/** An answer whose body is still arriving. */
export interface RawAnswer {
  readonly status: number;
  readonly headers: readonly Header[];
  readonly body: AnswerBody;
}

/**
 * Sends a request. Settles when the answer has begun or the signal is aborted.
 *
 * @throws {ForwardTimeout} if the server exceeds a time limit. The iterator of the body throws it, too.
 */
export function dispatch(
  agent: Dispatcher,
  request: Dispatcher.DispatchOptions,
  signal: AbortSignal,
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    let body: AnswerBody | undefined;
    let sending: Dispatcher.DispatchController | undefined;
    const abort = (): void => {
      const reason = toError(signal.reason);
      // undici's controller does not know a request that still waits for a connection.
      reject(reason);
      sending?.abort(reason);
    };
    const finish = (error?: unknown): void => {
      signal.removeEventListener("abort", abort);
      body?.end(error);
    };
    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener("abort", abort, { once: true });
    agent.dispatch(request, {
      onRequestStart(controller) {
        sending = controller;
        if (signal.aborted) {
          abort();
        }
      },
      onResponseStart(controller, status, headers) {
        if (status >= 200) {
          body = new AnswerBody(controller);
          resolve({ status, headers: new NodeHeaders(headers).pick(() => true), body });
        }
      },
      onResponseData(_controller, chunk) {
        body?.push(chunk);
      },
      onResponseEnd() {
        finish();
      },
      onResponseError(_controller, error) {
        const reason = toClientError(error);
        finish(reason);
        reject(reason);
      },
    });
  });
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error("aborted");
}
