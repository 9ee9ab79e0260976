import { createWriteStream, fstatSync } from "node:fs";
import { isatty } from "node:tty";
import { errorCode, fileFailure, OutputFailure } from "../failure.js";
import { type CommandIO, type OutputStream, writeTo } from "../io.js";

const STDOUT = 1;

/**
 * Standard output of the process.
 *
 * For files and devices, Node's own stream takes a part of the bytes for all of them:
 * when a disk fills up, it truncates the result without an error.
 */
export function standardOutput(): OutputStream {
  const status = fstatSync(STDOUT);
  const isFile = status.isFile() || status.isBlockDevice() || status.isCharacterDevice();
  return isFile && !isatty(STDOUT)
    ? createWriteStream("standard output", { fd: STDOUT, autoClose: false })
    : process.stdout;
}

/**
 * Writes to standard output and waits until it took the bytes.
 *
 * @throws {CommandFailure} if it cannot take them; the error itself for `EPIPE`, and the
 * reason of an aborted signal.
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
