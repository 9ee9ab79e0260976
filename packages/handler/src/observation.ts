import type { ResponseSink } from "@stepwire/connect/internal";
import type { Header, OpenAIHttpError } from "@stepwire/connect/web";
import type { HandlerRequest } from "./handler-request.js";
import type { IncidentKind, Observer, Operation, RequestObserver, Role } from "./observer.js";
import { pathOf } from "./routes/target.js";

/** Reports one request to an observer, if there is one. */
export class Observation {
  readonly #observer: RequestObserver | undefined;
  readonly #started = performance.now();
  #isNamed = false;
  #hasEnded = false;

  constructor(observer: Observer | undefined, role: Role, request: HandlerRequest, next?: string) {
    this.#observer = observer?.request?.({
      role,
      method: request.method,
      path: pathOf(request.url),
      next,
      header: (name) => request.headers.get(name),
    });
  }

  /** Reports what the request asks for. Only the first report counts. */
  operation(operation: Operation): void {
    if (!this.#isNamed) {
      this.#isNamed = true;
      this.#observer?.operation?.(operation);
    }
  }

  /** Returns the headers of the request to the next server. */
  headers(passed: readonly Header[]): readonly Header[] {
    return this.#observer?.headers?.(passed) ?? passed;
  }

  events(count: number, bytes: number): void {
    this.#observer?.events?.(count, bytes);
  }

  /** Reports an incident of this request, which the observer itself is told separately. */
  incident(kind: IncidentKind): void {
    this.#observer?.incident?.(kind);
  }

  /** Reports that a request was answered with an error, or that its client has left before. */
  fail(sink: ResponseSink, { status }: OpenAIHttpError, reason: unknown): void {
    if (sink.isGone && !sink.isFinished) {
      this.end("client_left");
    } else {
      this.end(String(status), status, reason);
    }
  }

  /** Reports the end. Only the first report counts. */
  end(status: string, httpStatus?: number, error?: unknown): void {
    if (this.#hasEnded) {
      return;
    }
    this.#hasEnded = true;
    this.operation(OTHER);
    const seconds = (performance.now() - this.#started) / 1000;
    this.#observer?.end?.({ status, httpStatus, seconds, error });
  }
}

/** The operation of requests that nothing answers. */
const OTHER: Operation = { name: "other", kind: "none" };
