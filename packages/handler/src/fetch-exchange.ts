import { startBackgroundTimer, type Timer } from "@stepwire/connect/internal";
import type { Header } from "@stepwire/connect/web";
import { AnswerBody } from "./ingress/answer-body.js";
import { ForwardTimeout } from "./pass-through/forward.js";

/** How requests are sent; times in milliseconds. */
export interface FetchExchangeOptions {
  readonly fetch: (request: string, init: RequestInit) => Promise<Response>;
  /** Maximum time from the end of the request until the answer begins. */
  readonly answerTimeout: number;
  /** Maximum time without data, of a request that is sent in parts and of the answer. */
  readonly idleTimeout: number;
}

/** A request to another server. */
export interface FetchedRequest {
  readonly method: string;
  readonly url: string;
  /** Names in lower case, each once. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: AsyncIterable<Uint8Array> | Uint8Array | string | null;
}

/** An answer whose body is still arriving. */
export interface FetchedAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: readonly Header[];
  /** If the iteration ends early, so does the answer. */
  readonly body: AnswerBody;
  /** Whether there is a body, even an empty one. */
  readonly hasBody: boolean;
}

/** A request by `fetch` and its answer, with their time limits. */
export class FetchExchange {
  /** `AbortSignal.any` costs ten times as much as a listener. */
  readonly #controller = new AbortController();
  readonly #signal: AbortSignal;
  readonly #options: FetchExchangeOptions;
  readonly #onEnd: () => void;
  readonly #leave = (): void => this.abort(this.#signal.reason);
  #timer: Timer | undefined;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #isPaused = false;
  #isReading = false;
  #isAnswered = false;
  #hasEnded = false;
  readonly #body = new AnswerBody({
    pause: () => {
      this.#isPaused = true;
    },
    resume: () => {
      this.#isPaused = false;
      void this.#read();
    },
    abort: (reason) => this.abort(reason),
  });

  /** @param onEnd called when the whole answer has arrived, or never will. */
  constructor(signal: AbortSignal, options: FetchExchangeOptions, onEnd: () => void = () => {}) {
    this.#signal = signal;
    this.#options = options;
    this.#onEnd = onEnd;
    signal.addEventListener("abort", this.#leave, { once: true });
  }

  /**
   * Sends the request. Settles when the answer has begun. Does not follow redirects.
   *
   * @throws {ForwardTimeout} if the server exceeds a time limit. The iterator of the body throws it, too.
   */
  async send({ method, url, headers, body }: FetchedRequest): Promise<FetchedAnswer> {
    const { fetch, answerTimeout } = this.#options;
    const { signal } = this.#controller;
    try {
      this.#signal.throwIfAborted();
      this.#startTimer(answerTimeout);
      const init: RequestInit & { duplex?: "half" } = {
        method,
        headers: { ...headers },
        redirect: "manual",
        signal,
        ...(body !== null && { body: toBody(body, (isEnd) => this.#onSent(isEnd)) }),
        ...(typeof body === "object" && body !== null && { duplex: "half" }),
      };
      const response = await this.#unlessAborted(fetch(url, init));
      this.#isAnswered = true;
      this.#stopTimer();
      const stream: ReadableStream<Uint8Array> | null = response.body;
      if (stream === null) {
        this.#end();
      } else {
        this.#reader = stream.getReader();
        void this.#read();
      }
      const { status } = response;
      return { status, headers: [...response.headers], body: this.#body, hasBody: stream !== null };
    } catch (error) {
      const reason = this.#reasonOf(error);
      this.#end(reason);
      throw reason;
    }
  }

  /** Waits for an answer. Some functions do not know the signal: their answer is dropped. */
  #unlessAborted(answer: Promise<Response>): Promise<Response> {
    const { signal } = this.#controller;
    return new Promise((resolve, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
      answer.then((response) => {
        if (signal.aborted) {
          response.body?.cancel(signal.reason).catch(() => {});
        }
        resolve(response);
      }, reject);
    });
  }

  /** Ends the request, or the answer. */
  abort(reason: unknown): void {
    this.#controller.abort(reason);
    this.#reader?.cancel(reason).catch(() => {});
    this.#end(reason);
  }

  /** Reads the body for as long as its reader takes it. Never rejects. */
  async #read(): Promise<void> {
    const reader = this.#reader;
    if (reader === undefined || this.#isReading) {
      return;
    }
    this.#isReading = true;
    try {
      while (!this.#isPaused && !this.#hasEnded) {
        this.#startTimer(this.#options.idleTimeout);
        const { done, value } = await reader.read();
        this.#stopTimer();
        if (done) {
          this.#end();
        } else if (value.length > 0) {
          this.#body.push(value);
        }
      }
    } catch (error) {
      this.#end(error);
    }
    this.#isReading = false;
  }

  /** Called when a part of the request has been sent, or all of it. */
  #onSent(isEnd: boolean): void {
    // A server may answer before it has got everything.
    if (!this.#isAnswered && !this.#hasEnded) {
      const { answerTimeout, idleTimeout } = this.#options;
      this.#startTimer(isEnd ? answerTimeout : idleTimeout);
    }
  }

  #startTimer(milliseconds: number): void {
    this.#stopTimer();
    this.#timer = startBackgroundTimer(
      () => this.abort(new ForwardTimeout("the server took too long")),
      milliseconds,
    );
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
  }

  #end(error?: unknown): void {
    if (!this.#hasEnded) {
      this.#hasEnded = true;
      this.#stopTimer();
      this.#signal.removeEventListener("abort", this.#leave);
      this.#body.end(error === undefined ? undefined : this.#reasonOf(error));
      this.#onEnd();
    }
  }

  /** Returns why a request ended: not every `fetch` rejects with the reason of its signal. */
  #reasonOf(error: unknown): unknown {
    const { signal } = this.#controller;
    return signal.aborted ? signal.reason : error;
  }
}

/** @param onSent called when another part of a body in parts is needed, or when it has ended. */
function toBody(
  body: AsyncIterable<Uint8Array> | Uint8Array | string,
  onSent: (isEnd: boolean) => void,
): NonNullable<RequestInit["body"]> {
  if (typeof body === "string") {
    return body;
  }
  if (body instanceof Uint8Array) {
    // `fetch` takes no bytes of a shared buffer; requests are never in one.
    return body as Uint8Array<ArrayBuffer>;
  }
  const iterator = body[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        onSent(false);
        const { done, value } = await iterator.next();
        if (done === true) {
          onSent(true);
          controller.close();
        } else {
          onSent(false);
          controller.enqueue(value);
        }
      },
      cancel: async () => {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
