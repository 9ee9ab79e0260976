import { create } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import type { ClosingMapping, StreamMapping } from "@stepwire/mapping";
import { durationFromMs } from "../duration.js";
import { carriesAnswer } from "../errors/openai-http-error.js";
import type { Header, HeaderReader } from "../headers.js";
import type { StreamPosition } from "../source.js";
import type { NumberedEvent } from "../streams/numbered-event.js";
import { createPolled, ENDED, type Polled } from "../streams/polled.js";
import { delay } from "../timer.js";
import { Backoff } from "./backoff.js";
import type { StreamCloser } from "./stream-closer.js";
import type {
  AnsweredHeaders,
  OpenedWire,
  StreamRequest,
  StreamWire,
  WireEvent,
} from "./stream-wire.js";

/** Options for a connection that breaks. */
export interface ResumeOptions {
  /**
   * How long the service is asked to keep the stream without a reader, and how long this client
   * tries to resume it after an event, in milliseconds. 0 disables resuming. @defaultValue 0
   */
  readonly resumeWindow?: number;
  /**
   * Maximum number of attempts to resume the stream without receiving an event. @defaultValue 30
   */
  readonly maxResumeAttempts?: number;
  /** Called before each attempt to resume. */
  readonly onResume?: (after: number) => void;
}

const DEFAULT_MAX_RESUME_ATTEMPTS = 30;

/** Options of each call that reads a stream. */
interface StreamCall extends ResumeOptions {
  readonly signal?: AbortSignal;
  /** The deadline of the stream, in milliseconds from now. */
  readonly timeoutMs?: number;
  readonly headers: [string, string][];
  /** Whether the service keeps the stream when its reader stops. */
  readonly keep?: boolean;
}

/** Reads one stream, over several connections if needed. */
export class StreamReader {
  readonly #closer: StreamCloser;
  readonly #wire: StreamWire;
  readonly #method: StreamMapping;
  readonly #closing: ClosingMapping | undefined;
  readonly #call: StreamCall;
  readonly #window: number;
  readonly #maxAttempts: number;
  readonly #onResume: (after: number) => void;
  readonly #backoff: Backoff;
  /** Deadline of the stream, by the clock of `performance`. */
  readonly #deadline: number;
  /** Attempts to resume since the last event. */
  #attempts = 0;
  /** Time of the first break since the last event. */
  #brokenSince: number | undefined;
  #streamId = "";
  #received = 0;
  #opened: OpenedWire | undefined;
  /** The attempt to resume the stream, while it lasts, and the error if it failed. */
  #resuming: Promise<void> | undefined;
  #lost: { readonly reason: unknown } | undefined;
  #isOver = false;

  /** @param closer tells the service that nobody will resume the stream. */
  constructor(
    closer: StreamCloser,
    wire: StreamWire,
    method: StreamMapping,
    closing: ClosingMapping | undefined,
    call: StreamCall,
  ) {
    this.#closer = closer;
    this.#wire = wire;
    this.#method = method;
    this.#closing = closing;
    this.#call = call;
    this.#window =
      method.resume === undefined || method.resumeWindow === undefined
        ? 0
        : (call.resumeWindow ?? 0);
    this.#maxAttempts = call.maxResumeAttempts ?? DEFAULT_MAX_RESUME_ATTEMPTS;
    this.#backoff = new Backoff(this.#window);
    this.#deadline = performance.now() + (call.timeoutMs ?? Number.POSITIVE_INFINITY);
    this.#onResume = call.onResume ?? (() => {});
  }

  /** The identifier for resuming the stream; empty if it cannot be resumed. */
  get streamId(): string {
    return this.#streamId;
  }

  /** Resumes a stream that another reader has opened. Returns the headers of the answer. */
  async resume({ streamId, after }: StreamPosition): Promise<AnsweredHeaders> {
    this.#streamId = streamId;
    this.#received = after;
    try {
      return await this.open(this.#resumeRequest());
    } catch (error) {
      return await this.#resume(error);
    }
  }

  /** Opens the stream. Returns the headers of the answer. */
  async open(request: StreamRequest): Promise<AnsweredHeaders> {
    const timeoutMs = this.#timeUntilDeadline();
    const { signal, headers } = this.#call;
    const call = { signal, timeoutMs, headers };
    const opened = await this.#wire.open(this.#method, this.#withWindow(request), call);
    this.#opened = opened;
    this.#streamId = opened.streamId;
    return opened.header;
  }

  /** Returns the request with the time for which the service should keep the stream. */
  #withWindow(request: StreamRequest): StreamRequest {
    const { resumeWindow } = this.#method;
    if (resumeWindow === undefined || this.#window === 0) {
      return request;
    }
    return { ...request, [resumeWindow.localName]: durationFromMs(this.#window) };
  }

  /** Returns the request that resumes the stream. */
  #resumeRequest(): StreamRequest {
    const { resume } = this.#method;
    if (resume === undefined) {
      throw new TypeError("the stream cannot be resumed");
    }
    const value = create(resume.message, { streamId: this.#streamId, after: this.#received });
    return resume.oneof === undefined
      ? { [resume.localName]: value }
      : { [resume.oneof.localName]: { case: resume.localName, value } };
  }

  /**
   * Yields all events. If the consumer stops early, the stream is ended at its source, unless it is
   * kept.
   */
  async *read(): AsyncGenerator<NumberedEvent, void> {
    for await (const block of this.readBlocks()) {
      yield* block;
    }
  }

  /** Returns all events like `read`, but those that came together as a block. */
  readBlocks(): Polled<readonly NumberedEvent[]> {
    const take = (): readonly NumberedEvent[] | typeof ENDED | undefined => {
      try {
        const block = this.#take();
        if (block === ENDED) {
          this.#end();
        }
        return block;
      } catch (error) {
        this.#end();
        throw error;
      }
    };
    return createPolled({ take, wait: (wake) => this.#wait(wake) }, () => this.#end());
  }

  #end(): void {
    if (this.#isOver) {
      return;
    }
    this.#isOver = true;
    this.#drop();
    if (this.#call.keep !== true) {
      this.close();
    }
  }

  /** Ends the connection. The reader may be kept for a long time, to close the stream then. */
  #drop(): void {
    this.#opened?.cancel();
    this.#opened = undefined;
  }

  #take(): readonly NumberedEvent[] | typeof ENDED | undefined {
    for (;;) {
      const opened = this.#opened;
      if (this.#isOver || opened === undefined) {
        return ENDED;
      }
      if (this.#lost !== undefined) {
        throw this.#lost.reason;
      }
      if (this.#resuming !== undefined) {
        return undefined;
      }
      let events: readonly WireEvent[] | typeof ENDED | undefined;
      try {
        events = opened.take();
      } catch (error) {
        this.#resuming = this.#resumeOrLose(error);
        return undefined;
      }
      if (events === undefined || events === ENDED) {
        return events;
      }
      for (const { number } of events) {
        // Counts also an event of a later schema version that this client does not know.
        this.#count(number);
      }
      const known = events.every(isKnown) ? events : events.filter(isKnown);
      if (known.length > 0) {
        return known;
      }
    }
  }

  #wait(wake: () => void): void {
    if (this.#resuming !== undefined) {
      void this.#resuming.then(wake);
    } else if (this.#opened === undefined || this.#lost !== undefined) {
      queueMicrotask(wake);
    } else {
      this.#opened.wait(wake);
    }
  }

  async #resumeOrLose(broken: unknown): Promise<void> {
    try {
      await this.#resume(broken);
      if (this.#isOver) {
        this.#drop();
      }
    } catch (reason) {
      this.#lost = { reason };
    }
    this.#resuming = undefined;
  }

  #count(number: number): void {
    if (number !== this.#received + 1) {
      const expected = this.#received + 1;
      throw new ConnectError(`event ${number} where ${expected} was due`, Code.DataLoss);
    }
    this.#received = number;
    this.#attempts = 0;
    this.#brokenSince = undefined;
  }

  /** Returns the time left for the stream, in milliseconds; undefined if it has no deadline. */
  #timeUntilDeadline(): number | undefined {
    if (this.#deadline === Number.POSITIVE_INFINITY) {
      return undefined;
    }
    const timeoutMs = Math.ceil(this.#deadline - performance.now());
    if (timeoutMs <= 0) {
      throw overtime();
    }
    return timeoutMs;
  }

  /** Resumes the stream, or throws the error that broke it. Returns the headers of the answer. */
  async #resume(broken: unknown): Promise<AnsweredHeaders> {
    if (this.#streamId === "" || !isBreak(broken, this.#call.signal)) {
      throw broken;
    }
    this.#brokenSince ??= performance.now();
    const until = this.#brokenSince + this.#window;
    this.#backoff.broken();
    for (let reason = broken; ; ) {
      const wait = this.#backoff.next();
      const at = performance.now() + wait;
      if (at > this.#deadline) {
        throw overtime();
      }
      if (at > until || this.#attempts >= this.#maxAttempts) {
        throw this.#failure(broken, reason);
      }
      await this.#pause(wait);
      this.#attempts++;
      this.#onResume(this.#received);
      try {
        const header = await this.open(this.#resumeRequest());
        this.#backoff.opened();
        return header;
      } catch (error) {
        if (!isBreak(error, this.#call.signal)) {
          throw this.#failure(broken, error);
        }
        reason = error;
      }
    }
  }

  /** Returns the error for a stream that broke and, for this reason, cannot be resumed. */
  #failure(broken: unknown, reason: unknown): unknown {
    const isWithoutBreak = this.#opened === undefined;
    return isOvertime(reason) || isWithoutBreak
      ? reason
      : interrupted(this.#received, broken, reason);
  }

  async #pause(wait: number): Promise<void> {
    const { signal } = this.#call;
    if (wait > 0) {
      await delay(wait, signal);
    }
    signal?.throwIfAborted();
  }

  /** Tells the service that nobody will resume the stream, so that it need not keep it. */
  close(): void {
    if (this.#streamId !== "" && this.#closing !== undefined) {
      this.#closer.close(this.#closing, this.#streamId, readerOf(this.#call.headers));
    }
  }
}

/** Returns a reader of headers whose names are in lower case. */
function readerOf(headers: readonly Header[]): HeaderReader {
  return {
    get: (name) => {
      const values = headers.filter(([each]) => each === name).map(([, value]) => value);
      return values.length === 0 ? null : values.join(", ");
    },
  };
}

function isKnown(event: WireEvent): event is NumberedEvent {
  return event.event !== undefined;
}

/** Returns the error of a stream whose deadline has passed. */
function overtime(): ConnectError {
  return new ConnectError("the stream took too long", Code.DeadlineExceeded);
}

function isOvertime(reason: unknown): boolean {
  return reason instanceof ConnectError && reason.code === Code.DeadlineExceeded;
}

/** Returns whether the connection failed, as opposed to the stream itself. */
function isBreak(reason: unknown, signal: AbortSignal | undefined): boolean {
  if (signal?.aborted === true || !(reason instanceof ConnectError)) {
    return false;
  }
  return !carriesAnswer(reason) && (breaks.has(reason.code) || isTruncated(reason));
}

/**
 * Returns whether a response was cut off, within a message or before the last one. Relies on
 * Connect's message text.
 */
function isTruncated({ code, rawMessage }: ConnectError): boolean {
  return code === Code.InvalidArgument && TRUNCATED.test(rawMessage);
}

const TRUNCATED = /^protocol error: (missing EndStreamResponse|promised \d+ bytes)/;

const breaks: ReadonlySet<Code> = new Set([
  Code.Canceled,
  Code.Unknown,
  Code.Aborted,
  Code.Internal,
  Code.Unavailable,
]);

function interrupted(after: number, broken: unknown, reason: unknown): ConnectError {
  const found = ConnectError.from(reason);
  const text = `the stream broke after event ${after} and could not be resumed`;
  return new ConnectError(text, Code.DataLoss, undefined, undefined, broken ?? found);
}
