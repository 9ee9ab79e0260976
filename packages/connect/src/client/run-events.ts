import { setTimeout as delay } from "node:timers/promises";
import type { MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { type CallOptions, type Client, Code, ConnectError } from "@connectrpc/connect";
import { OpenAIErrorSchema, type StreamRunEventsRequestSchema } from "@stepwire/core";
import type { NumberedEvent } from "../streams/live-stream.js";
import { Backoff } from "./backoff.js";
import type { BytesRunStepService } from "./bytes-service.js";

/** What a stream is asked for with. */
export type RunEventsRequest = MessageInitShape<typeof StreamRunEventsRequestSchema>;

/** How a stream is started or taken up again. */
export type RunEventsStartInit = NonNullable<RunEventsRequest["start"]>;

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

type StreamMethod = Client<BytesRunStepService>["streamRunEvents"];
type StreamResponse =
  ReturnType<StreamMethod> extends AsyncIterable<infer Message> ? Message : never;

/** Reads one stream over as many connections as it takes. */
export class RunEventsReader {
  readonly #client: Client<BytesRunStepService>;
  readonly #call: CallOptions;
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
  #responses: AsyncIterator<StreamResponse> | undefined;

  constructor(client: Client<BytesRunStepService>, call: CallOptions, options: ResumeOptions) {
    this.#client = client;
    this.#call = call;
    this.#window = options.resumeWindow ?? 0;
    this.#maxAttempts = options.maxResumeAttempts ?? DEFAULT_MAX_RESUME_ATTEMPTS;
    this.#backoff = new Backoff(this.#window);
    this.#deadline = performance.now() + (call.timeoutMs ?? Number.POSITIVE_INFINITY);
    this.#onResume = options.onResume ?? (() => {});
  }

  async open(start: RunEventsStartInit): Promise<void> {
    const resumeWindow = durationFromMs(this.#window);
    const request: RunEventsRequest = this.#window > 0 ? { start, resumeWindow } : { start };
    const call = this.#callUntilDeadline();
    const responses = this.#client.streamRunEvents(request, call)[Symbol.asyncIterator]();
    const first = await responses.next();
    const content = first.done === true ? undefined : first.value.content;
    if (content?.case !== "opening") {
      responses.return?.()?.catch(() => {});
      throw new ConnectError("the stream does not begin with its opening", Code.Internal);
    }
    this.#streamId = content.value.streamId;
    this.#responses = responses;
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
      let result: IteratorResult<StreamResponse> | undefined;
      try {
        result = await this.#responses?.next();
      } catch (error) {
        await this.#resume(error);
        continue;
      }
      if (result === undefined || result.done === true) {
        return undefined;
      }
      const { content, number } = result.value;
      if (number > 0) {
        // Also where a later version of the service sends what is not known here.
        this.#count(number);
      }
      if (content.case === "event") {
        return { number, event: content.value };
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

  /** The options of a call that ends with the stream's own time. */
  #callUntilDeadline(): CallOptions {
    if (this.#deadline === Number.POSITIVE_INFINITY) {
      return this.#call;
    }
    const timeoutMs = Math.ceil(this.#deadline - performance.now());
    if (timeoutMs <= 0) {
      throw overtime();
    }
    return { ...this.#call, timeoutMs };
  }

  /** Takes the stream up again, or throws why it broke. */
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
        await this.open({
          case: "resume",
          value: { streamId: this.#streamId, after: this.#received },
        });
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
    if (this.#streamId !== "") {
      const { headers } = this.#call;
      this.#client
        .closeRunEvents(
          { streamId: this.#streamId },
          { timeoutMs: CLOSE_TIMEOUT, ...(headers !== undefined && { headers }) },
        )
        .catch(() => {});
    }
  }
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
  if (reason.findDetails(OpenAIErrorSchema).length > 0) {
    return false;
  }
  return breaks.has(reason.code) || isTruncated(reason);
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
