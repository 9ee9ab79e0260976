import { createWriteStream, fstatSync } from "node:fs";
import { isatty } from "node:tty";
import { errorCode, fileFailure, OutputFailure } from "../failure.js";
import { type CommandIO, type OutputStream, writeTo } from "../io.js";

const STDOUT = 1;

/**
 * Returns the standard output of the process.
 *
 * For files and devices, Node's own stream treats a partial write as complete, so on a full disk it
 * truncates the result without an error.
 */
export function standardOutput(): OutputStream {
  const status = fstatSync(STDOUT);
  const isFile = status.isFile() || status.isBlockDevice() || status.isCharacterDevice();
  return isFile && !isatty(STDOUT)
    ? createWriteStream("standard output", { fd: STDOUT, autoClose: false })
    : process.stdout;
}

/**
 * Writes to standard output. Settles when the bytes were written.
 *
 * @throws {CommandFailure} if they cannot be written; for `EPIPE` and an aborted signal, the error
 * or reason itself.
 */
export async function writeStandardOutput(
  { stdout, signal }: CommandIO,
  content: Uint8Array | string,
): Promise<void> {
  try {
    await writeTo(stdout, content, signal);
  } catch (error) {
    signal.throwIfAborted();
    const code = errorCode(error);
    if (code === undefined || code === "EPIPE") {
      throw error;
    }
    throw new OutputFailure(fileFailure("standard output", error).message, { cause: error });
  }
}
