import { setTimeout as delay } from "node:timers/promises";
import { create, type DescMessage, fromBinary, type MessageInitShape } from "@bufbuild/protobuf";
import { type Duration, durationFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type Transport } from "@connectrpc/connect";
import { type ClosingMapping, fieldsOf, type StreamMapping } from "@stepwire/mapping";
import { carriesAnswer } from "../errors/openai-http-error.js";
import type { NumberedEvent } from "../streams/live-stream.js";
import { Backoff } from "./backoff.js";
import { type PayloadResponse, streamPayloadMethod } from "./payload-method.js";

/** What to do when the connection breaks. */
export interface ResumeOptions {
  /**
   * For how long the service is asked to keep the stream, and for how long this client
   * tries to resume it after an event, in milliseconds; 0 for not at all. @defaultValue 0
   */
  readonly resumeWindow?: number;
  /** How often it is tried to resume the stream without an event in between. @defaultValue 30 */
  readonly maxResumeAttempts?: number;
  /** Called at each attempt to resume. */
  readonly onResume?: (after: number) => void;
}

const DEFAULT_MAX_RESUME_ATTEMPTS = 30;

/** How each call of a stream is made. */
interface StreamCall extends ResumeOptions {
  readonly signal?: AbortSignal;
  /** The deadline of the stream, in milliseconds from now. */
  readonly timeoutMs?: number;
  readonly headers: [string, string][];
}

type Request = MessageInitShape<DescMessage>;

/** Reads one stream over as many connections as it takes. */
export class StreamReader {
  readonly #transport: Transport;
  readonly #method: StreamMapping;
  readonly #payloadMethod: ReturnType<typeof streamPayloadMethod>;
  readonly #closing: ClosingMapping | undefined;
  readonly #call: StreamCall;
  readonly #window: number;
  readonly #maxAttempts: number;
  readonly #onResume: (after: number) => void;
  readonly #backoff: Backoff;
  /** When the stream's own time is over, by the clock of `performance`. */
  readonly #deadline: number;
  /** Attempts to resume since the last event. */
  #attempts = 0;
  /** When the stream first broke since the last event. */
  #brokenSince: number | undefined;
  #streamId = "";
  #received = 0;
  #responses: AsyncIterator<PayloadResponse> | undefined;

  constructor(
    transport: Transport,
    method: StreamMapping,
    closing: ClosingMapping | undefined,
    call: StreamCall,
  ) {
    this.#transport = transport;
    this.#method = method;
    this.#payloadMethod = streamPayloadMethod(method);
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

  /** Opens the stream. Returns the headers of the answer. */
  async open(request: Request): Promise<Headers> {
    const timeoutMs = this.#timeUntilDeadline();
    const { signal, headers } = this.#call;
    const input = once(this.#withWindow(request));
    const answer = await this.#transport.stream(
      this.#payloadMethod,
      signal,
      timeoutMs,
      headers,
      input,
    );
    const responses = answer.message[Symbol.asyncIterator]();
    const first = await responses.next();
    const opening = first.done === true ? undefined : first.value.opening;
    if (opening === undefined) {
      responses.return?.()?.catch(() => {});
      throw new ConnectError("the stream does not begin with its opening", Code.Internal);
    }
    // The mapping makes sure that the message is of this type.
    const message = fieldsOf(fromBinary(this.#method.opening.message, opening));
    this.#streamId = message["streamId"] as string;
    this.#responses = responses;
    return answer.header;
  }

  /** The request, with the time for which the service is to keep the stream. */
  #withWindow(request: Request): Request {
    const { resumeWindow } = this.#method;
    if (resumeWindow === undefined || this.#window === 0) {
      return request;
    }
    const window: Duration = durationFromMs(this.#window);
    return { ...request, [resumeWindow.localName]: window };
  }

  /** The request that resumes the stream. */
  #resumeRequest(): Request {
    const { resume } = this.#method;
    if (resume === undefined) {
      throw new TypeError("the stream cannot be resumed");
    }
    const value = create(resume.message, { streamId: this.#streamId, after: this.#received });
    return resume.oneof === undefined
      ? { [resume.localName]: value }
      : { [resume.oneof.localName]: { case: resume.localName, value } };
  }

  /** All events. Whoever stops early ends the stream at its source. */
  async *read(): AsyncGenerator<NumberedEvent, void> {
    try {
      for (;;) {
        const event = await this.#next();
        if (event === undefined) {
          return;
        }
        yield event;
      }
    } finally {
      this.#responses?.return?.()?.catch(() => {});
      this.#giveUp();
    }
  }

  async #next(): Promise<NumberedEvent | undefined> {
    for (;;) {
      let result: IteratorResult<PayloadResponse> | undefined;
      try {
        result = await this.#responses?.next();
      } catch (error) {
        await this.#resume(error);
        continue;
      }
      if (result === undefined || result.done === true) {
        return undefined;
      }
      const { payload, number = 0 } = result.value;
      if (number > 0) {
        // Also where a later version of the service sends what is not known here.
        this.#count(number);
      }
      if (payload !== undefined) {
        return { number, event: payload };
      }
    }
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

  /** How long the stream may still take, in milliseconds; undefined for no bound. */
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

  /** Resumes the stream, or throws why it broke. */
  async #resume(broken: unknown): Promise<void> {
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
        throw interrupted(this.#received, broken, reason);
      }
      await this.#pause(wait);
      this.#attempts++;
      this.#onResume(this.#received);
      try {
        await this.open(this.#resumeRequest());
        this.#backoff.opened();
        return;
      } catch (error) {
        if (!isBreak(error, this.#call.signal)) {
          throw isOvertime(error) ? error : interrupted(this.#received, broken, error);
        }
        reason = error;
      }
    }
  }

  async #pause(wait: number): Promise<void> {
    const { signal } = this.#call;
    if (wait > 0) {
      await delay(wait, undefined, signal && { signal }).catch(() => {});
    }
    signal?.throwIfAborted();
  }

  /** The service need not keep what nobody will resume. */
  #giveUp(): void {
    if (this.#streamId !== "" && this.#closing !== undefined) {
      const { desc, streamId } = this.#closing;
      const request = { [streamId.localName]: this.#streamId };
      const { headers } = this.#call;
      this.#transport.unary(desc, undefined, CLOSE_TIMEOUT, headers, request).catch(() => {});
    }
  }
}

async function* once(request: Request): AsyncGenerator<Request, void> {
  yield await Promise.resolve(request);
}

const CLOSE_TIMEOUT = 5000;

/** The error of a stream whose own time is over. */
function overtime(): ConnectError {
  return new ConnectError("the stream took too long", Code.DeadlineExceeded);
}

function isOvertime(reason: unknown): boolean {
  return reason instanceof ConnectError && reason.code === Code.DeadlineExceeded;
}

/** Whether the connection failed, and not the stream itself. */
function isBreak(reason: unknown, signal: AbortSignal | undefined): boolean {
  if (signal?.aborted === true || !(reason instanceof ConnectError)) {
    return false;
  }
  return !carriesAnswer(reason) && (breaks.has(reason.code) || isTruncated(reason));
}

/** Whether a response lacks its end, as Connect words it: within a message, or the last. */
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
