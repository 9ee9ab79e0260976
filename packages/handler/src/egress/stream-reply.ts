import {
  ENDED,
  type Polled,
  type ResponseSink,
  RestartableTimer,
  startBackgroundTimer,
} from "@stepwire/connect/internal";
import { type NumberedEvent, OpenAIHttpError } from "@stepwire/connect/web";
import { errorFrame } from "../http-errors.js";

/** Options for writing events to a client; times in milliseconds. */
export interface ReplyOptions {
  /** Converts events to the bytes of server-sent events. */
  readonly toServerSentEvents: (events: readonly NumberedEvent[]) => Uint8Array;
  /**
   * Returns members of the payload of an error event in addition to the error. Only called for a stream
   * that fails. @defaultValue none
   */
  readonly errorConstants?: () => Readonly<Record<string, string>>;
  /** Ends the stream; its reason is written as the error. */
  readonly signal: AbortSignal;
  /** Time without output after which a comment is written; 0 for never. */
  readonly keepAliveInterval: number;
  /** Maximum time for the client to read the rest of a stream that has ended. */
  readonly idleTimeout: number;
  /** Called with the number of events that were written together, and their size. */
  readonly onEvents: (count: number, bytes: number) => void;
  /** Called when the client has got a stream that did not fail, with its end. */
  readonly onFinished?: () => void;
}

const utf8 = new TextEncoder();

/**
 * A comment line, which clients of server-sent events ignore. Without a blank line: some clients take
 * that for an event without data once events have had identifiers.
 */
const COMMENT = utf8.encode(": keep-alive\n");

/** Maximum time for a client to read the rest of a stream that failed, in milliseconds. */
const FAILED_GRACE = 1000;

/**
 * Writes events to a client, no faster than it reads, each block at once. An error of the stream is written as an
 * event, and then the stream ends, so that the client always learns of the error.
 */
export async function writeEvents(
  sink: ResponseSink,
  blocks: Polled<readonly NumberedEvent[]>,
  options: ReplyOptions,
): Promise<OpenAIHttpError | undefined> {
  const { toServerSentEvents, signal, keepAliveInterval, idleTimeout, onEvents } = options;
  const keepAlive = new KeepAlive(sink, keepAliveInterval);
  try {
    const write = (block: readonly NumberedEvent[]): boolean => {
      let bytes: Uint8Array;
      try {
        bytes = toServerSentEvents(block);
      } catch (error) {
        if (block.length <= 1) {
          throw error;
        }
        // Writes the events before the one that cannot be converted, and throws its error.
        return block.reduce((_isWritable, event) => write([event]), true);
      }
      onEvents(block.length, bytes.length);
      keepAlive.postpone();
      return sink.write(bytes);
    };
    const wait = async (): Promise<void> => {
      // A client that does not read still has unread data, so it needs no comment.
      keepAlive.pause();
      await writable(sink, signal);
      keepAlive.resume();
    };
    if (await writeAll(sink, blocks, { write, wait, signal })) {
      end(sink, idleTimeout, options.onFinished);
    }
    return undefined;
  } catch (error) {
    const failure = OpenAIHttpError.from(error);
    if (!sink.isGone) {
      sink.write(utf8.encode(errorFrame(failure, options.errorConstants?.())));
    }
    end(sink, Math.min(idleTimeout, FAILED_GRACE));
    return failure;
  } finally {
    keepAlive.stop();
  }
}

interface Writing {
  /** Returns false if the client has to read before the next block. */
  readonly write: (block: readonly NumberedEvent[]) => boolean;
  /** Settles when the client can take more. */
  readonly wait: () => Promise<void>;
  readonly signal: AbortSignal;
}

/** Writes all blocks, without a promise for each. Returns false if the client has gone. */
function writeAll(
  sink: ResponseSink,
  blocks: Polled<readonly NumberedEvent[]>,
  { write, wait, signal }: Writing,
): Promise<boolean> {
  return new Promise<boolean>((resolve, reject) => {
    const writeAvailable = (): void => {
      while (!sink.isGone) {
        signal.throwIfAborted();
        const block = blocks.take();
        if (block === ENDED) {
          resolve(true);
          return;
        }
        if (block === undefined) {
          blocks.wait(proceed);
          return;
        }
        if (!write(block)) {
          void wait().then(proceed);
          return;
        }
      }
      resolve(false);
    };
    const proceed = (): void => {
      try {
        writeAvailable();
      } catch (error) {
        reject(error);
      }
    };
    proceed();
  }).finally(() => blocks.return?.());
}

/** Writes a comment when nothing has been written for some time. */
class KeepAlive {
  readonly #sink: ResponseSink;
  readonly #timer: RestartableTimer | undefined;
  #isPaused = false;

  constructor(sink: ResponseSink, interval: number) {
    this.#sink = sink;
    if (interval > 0) {
      this.#timer = new RestartableTimer(() => this.#write(), interval);
    }
  }

  /** Restarts the time; called for each write. */
  postpone(): void {
    this.#timer?.restart();
  }

  pause(): void {
    this.#isPaused = true;
  }

  resume(): void {
    this.#isPaused = false;
  }

  stop(): void {
    this.#timer?.stop();
  }

  #write(): void {
    if (!this.#isPaused && !this.#sink.isGone && !this.#sink.write(COMMENT)) {
      this.pause();
      void this.#sink.writable().then(() => this.resume());
    }
    this.postpone();
  }
}

/** Settles when the client has read, when it has disconnected, or when the stream is ended. */
export function writable(sink: ResponseSink, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      signal.removeEventListener("abort", settle);
      resolve();
    };
    signal.addEventListener("abort", settle);
    if (signal.aborted) {
      settle();
    } else {
      void sink.writable().then(settle);
    }
  });
}

/** Ends an answer. Closes its connection if the client does not read the rest in time. */
function end(sink: ResponseSink, time: number, finished?: () => void): void {
  sink.end(undefined, finished);
  if (!sink.isFinished && !sink.isGone) {
    const timer = startBackgroundTimer(() => sink.destroy(), time);
    sink.onGone(() => clearTimeout(timer));
  }
}
