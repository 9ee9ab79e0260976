import type { Readable, Writable } from "node:stream";

/** A stream that may be a terminal. */
export interface OutputStream extends Writable {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

/** The environment of a command: that of the process, or of a test. */
export interface CommandIO {
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined };
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Folder that relative file names start from. */
  readonly directory: string;
  /** Aborted when the user interrupts the command. */
  readonly signal: AbortSignal;
}

/**
 * Returns the result of an operation that cannot be cancelled, such as opening a named pipe whose
 * other end is not open.
 *
 * @throws the reason of the signal as soon as it is aborted.
 */
export async function abortable<Result>(
  operation: Promise<Result>,
  signal: AbortSignal,
): Promise<Result> {
  signal.throwIfAborted();
  let abort = (): void => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
  });
  try {
    return await Promise.race([operation, aborted]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/**
 * Writes to a stream. Settles when the stream accepts more bytes, so that a slow reader slows down
 * the writer instead of filling the memory.
 *
 * @throws the error of the stream, such as `EPIPE`, or the reason of the signal.
 */
export function writeTo(
  stream: Writable,
  content: Uint8Array | string,
  signal?: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const abort = (): void => reject(signal?.reason);
    signal?.addEventListener("abort", abort, { once: true });
    stream.write(content, (error) => {
      signal?.removeEventListener("abort", abort);
      if (error) {
        reject(error);
      } else {
        resolve();
      }
    });
  });
}
