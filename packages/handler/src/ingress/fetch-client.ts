import { startBackgroundTimer, type Timer } from "@stepwire/connect/internal";
import { ForwardTimeout } from "../pass-through/forward.js";
import { AnswerBody } from "./answer-body.js";
import {
  type Body,
  type ClientAnswer,
  type ClientRequest,
  EncodingError,
  encodingsIn,
  type UpstreamClient,
} from "./upstream-client.js";

/** Time limits of the client, in milliseconds. */
export interface FetchClientOptions {
  readonly fetch: (request: string, init: RequestInit) => Promise<Response>;
  /** Maximum time until the answer begins. */
  readonly answerTimeout: number;
  /** Maximum time without data once the answer has begun. */
  readonly idleTimeout: number;
}

/** The encodings that `fetch` decodes; it leaves the header as it was. */
const DECODED: ReadonlySet<string> = new Set(["gzip", "x-gzip", "deflate", "br", "zstd"]);

/** Codes of errors of Node's `fetch` for connections that the other side has closed. */
const BROKEN: ReadonlySet<unknown> = new Set(["UND_ERR_SOCKET", "ECONNRESET", "EPIPE"]);

/** A client over the `fetch` of any runtime. It pools connections as the runtime does. */
export class FetchClient implements UpstreamClient {
  readonly #options: FetchClientOptions;
  readonly #exchanges = new Set<Exchange>();

  constructor(options: FetchClientOptions) {
    this.#options = options;
  }

  async send(request: ClientRequest): Promise<ClientAnswer> {
    request.signal.throwIfAborted();
    const exchange = new Exchange(request.signal, this.#options.idleTimeout, () =>
      this.#exchanges.delete(exchange),
    );
    this.#exchanges.add(exchange);
    return await exchange.send(request, this.#options);
  }

  decode(body: Body, headers: ClientAnswer["headers"]): Body {
    const unknown = encodingsIn(headers).find((encoding) => !DECODED.has(encoding));
    if (unknown !== undefined) {
      throw EncodingError.unknown(unknown);
    }
    return body;
  }

  isBroken(error: unknown): boolean {
    for (let each = error; each instanceof Error; each = each.cause) {
      if ("code" in each && BROKEN.has(each.code)) {
        return true;
      }
    }
    return false;
  }

  async close(): Promise<void> {
    for (const exchange of this.#exchanges) {
      exchange.abort(new Error("the client was closed"));
    }
    return await Promise.resolve();
  }
}

/** A request and its answer, with their time limits. */
class Exchange {
  /** `AbortSignal.any` costs ten times as much as a listener. */
  readonly #controller = new AbortController();
  readonly #signal: AbortSignal;
  readonly #idleTimeout: number;
  readonly #onEnd: () => void;
  readonly #leave = (): void => this.abort(this.#signal.reason);
  #timer: Timer | undefined;
  #reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  #isPaused = false;
  #isReading = false;
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

  constructor(signal: AbortSignal, idleTimeout: number, onEnd: () => void) {
    this.#signal = signal;
    this.#idleTimeout = idleTimeout;
    this.#onEnd = onEnd;
    signal.addEventListener("abort", this.#leave, { once: true });
  }

  async send(
    { method, url, headers, body }: ClientRequest,
    { fetch, answerTimeout }: FetchClientOptions,
  ): Promise<ClientAnswer> {
    const { signal } = this.#controller;
    this.#startTimer(answerTimeout);
    try {
      const init: RequestInit = {
        method,
        headers: { ...headers },
        body,
        redirect: "manual",
        signal,
      };
      const response = await this.#unlessAborted(fetch(url.href, init));
      this.#stopTimer();
      const stream: ReadableStream<Uint8Array> | null = response.body;
      if (stream === null) {
        this.#end();
      } else {
        this.#reader = stream.getReader();
        void this.#read();
      }
      return { status: response.status, headers: [...response.headers], body: this.#body };
    } catch (error) {
      this.#end(error);
      throw this.#reasonOf(error);
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
        this.#startTimer(this.#idleTimeout);
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

  #startTimer(milliseconds: number): void {
    this.#timer = startBackgroundTimer(
      () => this.abort(new ForwardTimeout("the upstream took too long to answer")),
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
