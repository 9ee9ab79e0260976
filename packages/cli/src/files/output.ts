import { randomUUID } from "node:crypto";
import type { Stats } from "node:fs";
import { constants } from "node:fs";
import { type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { CommandFailure, ExitCode, errorCode, fileFailure } from "../failure.js";
import { abortable, type CommandIO } from "../io.js";
import { printableJson } from "../terminal/printable.js";
import { openAbortably } from "./open.js";
import { writeStandardOutput } from "./standard-output.js";

/** Where a command's result goes. */
export interface Output {
  /** The file's name; absent for standard output. */
  readonly file?: string;
  /** Once it is done, the bytes may change. */
  write(bytes: Uint8Array): Promise<void>;
}

interface OpenOutput extends Output {
  /** The result is complete. */
  commit(): Promise<void>;
  /** There is no result; what was written of it goes. Never fails. */
  discard(): Promise<void>;
}

/**
 * What kind of bytes come, for the terminal that they may go to: JSON is escaped there,
 * text is escaped by who writes it, and binary is refused. Each piece of JSON that is
 * written ends between characters.
 */
export type OutputKind = "json" | "text" | "binary";

const STANDARD_OUTPUT = "-";
const BUFFER_BYTES = 64 * 1024;
/** How much of a file's name is in that of its temporary file, which is longer by 42 bytes. */
const SHORT_NAME = 50;

/**
 * Hands an output to the work and puts the file in its place once that is done. The
 * file is written under another name beside it, so that it is either whole or not
 * there, and an older one stays until then.
 *
 * @param file the file's name; standard output if there is none, or for `-`.
 */
export async function withOutput<Result>(
  file: string | undefined,
  kind: OutputKind,
  io: CommandIO,
  work: (output: Output) => Promise<Result>,
): Promise<Result> {
  const opened = await openOutput(file, kind, io);
  const isShown = opened.file === undefined && io.stdout.isTTY === true;
  const output = isShown && kind === "json" ? escaping(buffered(opened)) : buffered(opened);
  try {
    const result = await work(output);
    await output.commit();
    return result;
  } catch (error) {
    await output.discard();
    throw error;
  }
}

function openOutput(
  file: string | undefined,
  kind: OutputKind,
  io: CommandIO,
): OpenOutput | Promise<OpenOutput> {
  if (file !== undefined && file !== STANDARD_OUTPUT) {
    return openFile(file, io).catch((error: unknown) => {
      io.signal.throwIfAborted();
      throw fileFailure(file, error);
    });
  }
  // Who says `-o -` knows what he does.
  if (kind === "binary" && file === undefined && io.stdout.isTTY) {
    throw new CommandFailure(
      "the result is binary, which a terminal cannot show; write it to a file with -o FILE, or into a pipe",
      { exitCode: ExitCode.usage },
    );
  }
  return {
    write: (bytes) => writeStandardOutput(io, bytes),
    commit: () => Promise.resolve(),
    discard: () => Promise.resolve(),
  };
}

async function openFile(file: string, io: CommandIO): Promise<OpenOutput> {
  const path = await followLinks(resolve(io.directory, file));
  const status = await statIfThere(path);
  if (status?.isDirectory()) {
    throw new CommandFailure(`${file}: is a directory`);
  }
  if (status !== undefined && !status.isFile()) {
    // A device or a pipe, such as /dev/null, is written to and never replaced.
    return openDirectly(file, path, io);
  }
  const shortened = basename(path).slice(0, SHORT_NAME);
  const temporary = join(dirname(path), `.${shortened}.${randomUUID()}.tmp`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  const handle = await open(temporary, flags, status?.mode);
  return {
    file,
    write: (bytes) => writeToFile(handle, bytes, file, io.signal),
    commit: async () => {
      try {
        // Network file systems tell only now that there is no space.
        await handle.close();
        await rename(temporary, path);
      } catch (error) {
        throw fileFailure(file, error);
      }
    },
    discard: async () => {
      await handle.close().catch(() => {});
      await rm(temporary, { force: true }).catch(() => {});
    },
  };
}

async function openDirectly(file: string, path: string, io: CommandIO): Promise<OpenOutput> {
  const handle = await openAbortably(path, constants.O_WRONLY, io.signal);
  return {
    file,
    write: (bytes) => writeToFile(handle, bytes, file, io.signal),
    commit: async () => {
      await handle.close().catch((error: unknown) => {
        throw fileFailure(file, error);
      });
    },
    discard: async () => {
      // Closing waits for a write, which waits for ever if nobody reads.
      const closed = handle.close().catch(() => {});
      await (io.signal.aborted ? undefined : closed);
    },
  };
}

async function writeToFile(
  handle: FileHandle,
  bytes: Uint8Array,
  file: string,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  try {
    let written = 0;
    while (written < bytes.length) {
      written += (await abortable(handle.write(bytes, written), signal)).bytesWritten;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw fileFailure(file, error);
  }
}

/** The file that a link leads to, because a link is not to be replaced by a file. */
async function followLinks(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") {
      return path;
    }
    throw error;
  }
}

async function statIfThere(path: string): Promise<Stats | undefined> {
  try {
    return await stat(path);
  } catch (error) {
    if (errorCode(error) === "ENOENT") {
      return undefined;
    }
    throw error;
  }
}

/** Escapes in JSON what a terminal would act upon. */
function escaping(output: OpenOutput): OpenOutput {
  return {
    ...output,
    async write(bytes) {
      const { buffer, byteOffset, length } = bytes;
      const json = Buffer.from(buffer, byteOffset, length).toString("utf8");
      await output.write(Buffer.from(printableJson(json)));
    },
  };
}

/** Gathers small pieces, so that not every document is a call of the operating system. */
function buffered(output: OpenOutput): OpenOutput {
  const buffer = new Uint8Array(BUFFER_BYTES);
  let filled = 0;
  const flush = async (): Promise<void> => {
    if (filled > 0) {
      await output.write(buffer.subarray(0, filled));
      filled = 0;
    }
  };
  return {
    ...output,
    async write(bytes) {
      if (filled + bytes.length > BUFFER_BYTES) {
        await flush();
      }
      if (bytes.length > BUFFER_BYTES) {
        await output.write(bytes);
      } else {
        buffer.set(bytes, filled);
        filled += bytes.length;
      }
    },
    async commit() {
      await flush();
      await output.commit();
    },
    discard: () => output.discard(),
  };
}
