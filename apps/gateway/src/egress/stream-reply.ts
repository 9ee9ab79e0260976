import type { ServerResponse } from "node:http";
import { ENDED, type NumberedEvent, OpenAIHttpError, type Polled } from "@stepwire/connect";
import type { BodyWriter } from "@stepwire/connect/internal";
import { errorFrame } from "../http/errors.js";

/** Options for writing events to a client; times in milliseconds. */
export interface ReplyOptions {
  /** Converts events to the bytes of server-sent events. */
  readonly toServerSentEvents: (events: readonly NumberedEvent[]) => Uint8Array;
  /** Members of the payload of an error event in addition to the error. @defaultValue none */
  readonly errorConstants?: Readonly<Record<string, string>>;
  /** Ends the stream; its reason is written as the error. */
  readonly signal: AbortSignal;
  /** Time without output after which a comment is written; 0 for never. */
  readonly keepAliveInterval: number;
  /** Maximum time for the client to read the rest of a stream that has ended. */
  readonly idleTimeout: number;
  /** Called with the number of events that were written together, and their size. */
  readonly onEvents: (count: number, bytes: number) => void;
}

/**
 * A comment line, which clients of server-sent events ignore. Without a blank line: some clients take
 * that for an event without data once events have had identifiers.
 */
const COMMENT = Buffer.from(": keep-alive\n");

/** Maximum time for a client to read the rest of a stream that failed, in milliseconds. */
const FAILED_GRACE = 1000;

/**
 * Writes events to a client, no faster than it reads, each block at once. An error of the stream is written as an
 * event, and then the stream ends, so that the client always learns of the error.
 */
export async function writeEvents(
  response: ServerResponse,
  body: BodyWriter,
  blocks: Polled<readonly NumberedEvent[]>,
  options: ReplyOptions,
): Promise<OpenAIHttpError | undefined> {
  const { toServerSentEvents, signal, keepAliveInterval, idleTimeout, onEvents } = options;
  const keepAlive = new KeepAlive(response, body, keepAliveInterval);
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
      return body.write(bytes);
    };
    if (await writeAll(response, blocks, write, signal)) {
      end(response, body, idleTimeout);
    }
    return undefined;
  } catch (error) {
    const failure = OpenAIHttpError.from(error);
    if (!response.destroyed) {
      body.write(Buffer.from(errorFrame(failure, options.errorConstants)));
    }
    end(response, body, Math.min(idleTimeout, FAILED_GRACE));
    return failure;
  } finally {
    keepAlive.stop();
  }
}

/**
 * Writes all blocks, without a promise for each. Returns false if the client has gone.
 *
 * @param write returns false if the client has to read before the next block.
 */
function writeAll(
  response: ServerResponse,
  blocks: Polled<readonly NumberedEvent[]>,
  write: (block: readonly NumberedEvent[]) => boolean,
  signal: AbortSignal,
): Promise<boolean> {
  return new Promise<boolean>((resolve, reject) => {
    const writeAvailable = (): void => {
      while (!response.destroyed) {
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
          void writable(response, signal).then(proceed);
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
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(response: ServerResponse, body: BodyWriter, interval: number) {
    if (interval > 0) {
      this.#timer = setTimeout(() => {
        // A client that does not read still has unread data, so it needs no comment.
        if (!response.destroyed && !response.writableNeedDrain) {
          body.write(COMMENT);
        }
        this.postpone();
      }, interval);
    }
  }

  /** Restarts the time; called after each write. */
  postpone(): void {
    this.#timer?.refresh();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** Settles when the client has read, when it has disconnected, or when the stream is ended. */
function writable(response: ServerResponse, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      response.off("drain", settle);
      response.off("close", settle);
      signal.removeEventListener("abort", settle);
      resolve();
    };
    response.on("drain", settle);
    response.on("close", settle);
    signal.addEventListener("abort", settle);
    if (response.destroyed || signal.aborted) {
      settle();
    }
  });
}

/** Ends a response. Closes its connection if the client does not read the rest in time. */
function end(response: ServerResponse, body: BodyWriter, time: number): void {
  body.end();
  if (!response.writableFinished && !response.destroyed) {
    const timer = setTimeout(() => response.destroy(), time).unref();
    response.once("close", () => clearTimeout(timer));
  }
}
