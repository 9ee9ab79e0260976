import { joinBytes } from "@stepwire/wire/internal";
import type { ResponseSink } from "./response-sink.js";

/** Size of the parts that the reader has not asked for at which the writer has to wait, in bytes. */
const HIGH_WATER_MARK = 64 * 1024;

const NOTHING = new Uint8Array(0);

/** The status in logs for a caller that did not wait for its answer. */
const CLIENT_CLOSED_REQUEST = 499;

/** The statuses that a `Response` can have. */
const FIRST_STATUS = 200;
const LAST_STATUS = 599;

/** Statuses whose answers have no body (Fetch, 2.2.3). */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

/** Writes an answer to a `Response` of the Fetch API. */
export class FetchSink implements ResponseSink {
  /**
   * Settles when the head has been sent, or when the reader leaves. Rejects if the sink is destroyed
   * before.
   */
  readonly response: Promise<Response>;
  #resolve!: (response: Response) => void;
  #reject!: (reason: unknown) => void;
  #status = 200;
  readonly #headers = new Headers();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  /** Parts that the reader has not asked for. */
  #parts: Uint8Array[] = [];
  #length = 0;
  #isStarted = false;
  #isEnded = false;
  #isFinished = false;
  #isGone = false;
  #onFinished: (() => void) | undefined;
  readonly #onGone: (() => void)[] = [];
  #onWritable: (() => void)[] = [];
  /** Ends the reader's waiting for the next part. */
  #onPart: (() => void) | undefined;

  /** @param signal aborted when the reader has left, such as the signal of the `Request`. */
  constructor(signal?: AbortSignal) {
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    // Nobody may be waiting any more.
    this.response.catch(() => {});
    if (signal !== undefined) {
      const leave = (): void => {
        // Nobody gets this answer. A rejection would be reported as a fault of the handler.
        this.#resolve(new Response(null, { status: CLIENT_CLOSED_REQUEST }));
        // A body that is still read ends like that of `fetch`.
        this.#cut(signal.reason);
      };
      signal.addEventListener("abort", leave, { once: true });
      this.#onGone.push(() => signal.removeEventListener("abort", leave));
      if (signal.aborted) {
        leave();
      }
    }
  }

  head(status: number, headers: Iterable<readonly [name: string, value: string]>): void {
    if (status < FIRST_STATUS || status > LAST_STATUS) {
      throw new RangeError(`a Response cannot have the status ${status}`);
    }
    this.#status = status;
    for (const [name, value] of headers) {
      this.#headers.append(name, value);
    }
  }

  write(part: Uint8Array): boolean {
    if (this.#isGone || this.#isEnded) {
      return false;
    }
    this.#start();
    this.#push(part);
    return this.#length < HIGH_WATER_MARK;
  }

  writable(): Promise<void> {
    return this.#isGone || this.#length < HIGH_WATER_MARK
      ? Promise.resolve()
      : new Promise((resolve) => this.#onWritable.push(resolve));
  }

  end(part: Uint8Array = NOTHING, finished?: () => void): void {
    if (this.#isGone || this.#isEnded) {
      return;
    }
    this.#isEnded = true;
    this.#onFinished = finished;
    if (this.#isStarted) {
      this.#push(part);
      return;
    }
    this.#isStarted = true;
    this.#respond(this.#hasBody ? ownBytes(part) : null);
    this.#finish();
  }

  get isStarted(): boolean {
    return this.#isStarted;
  }

  get isFinished(): boolean {
    return this.#isFinished;
  }

  get isGone(): boolean {
    return this.#isGone;
  }

  onGone(listener: () => void): void {
    if (!this.#isGone) {
      this.#onGone.push(listener);
    }
  }

  destroy(): void {
    this.#cut(new Error("the answer was cut off"));
  }

  #cut(reason: unknown): void {
    if (this.#isGone) {
      return;
    }
    this.#reject(reason);
    this.#controller?.error(reason);
    this.#leave();
  }

  #start(): void {
    if (this.#isStarted) {
      return;
    }
    this.#isStarted = true;
    if (!this.#hasBody) {
      this.#respond(null);
      return;
    }
    const body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: () => this.#pull(),
        cancel: () => this.#leave(),
      },
      // The parts wait here, not in the stream: those that wait together are passed on as one.
      { highWaterMark: 0 },
    );
    this.#respond(body);
  }

  #respond(body: ReadableStream<Uint8Array> | Uint8Array<ArrayBuffer> | null): void {
    this.#resolve(new Response(body, { status: this.#status, headers: this.#headers }));
  }

  get #hasBody(): boolean {
    return !WITHOUT_BODY.has(this.#status);
  }

  #push(part: Uint8Array): void {
    if (!this.#hasBody) {
      if (this.#isEnded) {
        this.#finish();
      }
      return;
    }
    if (part.length > 0) {
      this.#parts.push(part);
      this.#length += part.length;
    }
    if (part.length > 0 || this.#isEnded) {
      this.#onPart?.();
    }
  }

  /** Called when the reader asks for the next part. */
  #pull(): Promise<void> | undefined {
    if (this.#deliver()) {
      return undefined;
    }
    return new Promise((resolve) => {
      this.#onPart = () => {
        this.#onPart = undefined;
        this.#deliver();
        resolve();
      };
    });
  }

  /** Passes on the parts that are there, and the end. Returns false if there is neither. */
  #deliver(): boolean {
    const [first] = this.#parts;
    if (this.#isGone || (first === undefined && !this.#isEnded)) {
      return this.#isGone;
    }
    if (first !== undefined) {
      const parts = this.#parts;
      this.#parts = [];
      this.#length = 0;
      this.#controller?.enqueue(parts.length === 1 ? first : joinBytes(parts));
      this.#wakeWriter();
    }
    if (this.#isEnded && this.#parts.length === 0) {
      this.#controller?.close();
      this.#finish();
    }
    return true;
  }

  #finish(): void {
    this.#isFinished = true;
    this.#onFinished?.();
    this.#leave();
  }

  #leave(): void {
    if (this.#isGone) {
      return;
    }
    this.#isGone = true;
    this.#parts = [];
    this.#length = 0;
    this.#onPart?.();
    for (const listener of this.#onGone.splice(0)) {
      listener();
    }
    this.#wakeWriter();
  }

  #wakeWriter(): void {
    if (this.#onWritable.length > 0) {
      for (const wake of this.#onWritable.splice(0)) {
        wake();
      }
    }
  }
}

/** Returns bytes as `Response` accepts them by its types: not in shared memory. */
function ownBytes(part: Uint8Array): Uint8Array<ArrayBuffer> {
  return part.buffer instanceof ArrayBuffer
    ? new Uint8Array(part.buffer, part.byteOffset, part.length)
    : new Uint8Array(part);
}
