import { randomUUID } from "node:crypto";
import type { Stats } from "node:fs";
import { constants, existsSync } from "node:fs";
import { type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { CommandFailure, ExitCode, errorCode, fileFailure } from "../failure.js";
import { fileWord } from "../hints/shell-word.js";
import { abortable, type CommandIO } from "../io.js";
import { printableJson } from "../terminal/printable.js";
import { compressing, compressorByName } from "./compressed-output.js";
import { openAbortably } from "./open.js";
import { writeStandardOutput } from "./standard-output.js";

/** Access to a regular file that only this command writes to. */
export interface PositionedOutput {
  readonly descriptor: number;
  /** Writes everything that `write` was given. Returns the position of the next byte. */
  flush(): Promise<number>;
  /** Makes the next `write` continue at a position, after the caller wrote up to there. */
  seek(position: number): void;
}

/** The destination of a command's result. */
export interface Output {
  /** Present if the result is written to a regular file. */
  readonly positioned?: PositionedOutput;
  /** The name of the file; absent for standard output. */
  readonly file?: string;
  /** Writes bytes. The buffer may be reused after the promise has settled. */
  write(bytes: Uint8Array): Promise<void>;
}

interface OpenOutput extends Output {
  /** Completes the result. */
  commit(): Promise<void>;
  /** Discards the result and removes what was written. Never fails. */
  discard(): Promise<void>;
}

/**
 * The kind of bytes, which matters if the output is a terminal: JSON is escaped, text has been
 * escaped by the caller, and binary is refused. A piece of JSON must not end within a character.
 */
export type OutputKind = "json" | "text" | "binary";

const STANDARD_OUTPUT = "-";
const BUFFER_BYTES = 64 * 1024;
/**
 * Number of characters of a file's name that are used in the name of its temporary file, which is
 * 42 bytes longer.
 */
const SHORT_NAME = 50;

/**
 * Runs `work` with an output, and moves the file to its final name after success. Until then it has
 * a temporary name in the same folder. The file is therefore complete or absent, and an existing
 * file is kept until it is replaced. It is compressed if its name ends in `.gz` or `.zst`.
 *
 * @param file the name of the file; standard output if it is absent or `-`.
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
    const compressor = compressorByName(file);
    return openFile(file, io).then(
      (opened) => (compressor === undefined ? opened : compressing(opened, compressor)),
      (error: unknown) => {
        io.signal.throwIfAborted();
        throw outputFailure(file, error, io);
      },
    );
  }
  // Explicit use of `-o -` is allowed.
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

/** Creates a failure for a file that cannot be created. */
function outputFailure(file: string, cause: unknown, { directory }: CommandIO): CommandFailure {
  const folder = dirname(file);
  if (errorCode(cause) === "ENOENT" && !existsSync(resolve(directory, folder))) {
    return new CommandFailure(`${file}: the folder ${folder} does not exist`, {
      cause,
      retry: { before: `mkdir -p ${fileWord(folder)}` },
    });
  }
  const { message } = fileFailure(file, cause);
  return errorCode(cause) === "EACCES"
    ? new CommandFailure(`${message}; write to another place with -o`, { cause })
    : fileFailure(file, cause);
}

async function openFile(file: string, io: CommandIO): Promise<OpenOutput> {
  const path = await followLinks(resolve(io.directory, file));
  const status = await statIfThere(path);
  if (status?.isDirectory()) {
    const example = join(file, "out");
    throw new CommandFailure(`${file}: is a directory; name a file in it, such as -o ${example}`);
  }
  if (status !== undefined && !status.isFile()) {
    // A device or a pipe, such as /dev/null, is opened directly and never replaced.
    return openDirectly(file, path, io);
  }
  const shortened = basename(path).slice(0, SHORT_NAME);
  const temporary = join(dirname(path), `.${shortened}.${randomUUID()}.tmp`);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  const handle = await open(temporary, flags, status?.mode);
  let position = 0;
  return {
    file,
    positioned: {
      descriptor: handle.fd,
      flush: () => Promise.resolve(position),
      seek: (target) => {
        position = target;
      },
    },
    async write(bytes) {
      await writeToFile(handle, bytes, file, io.signal, position);
      position += bytes.length;
    },
    commit: async () => {
      try {
        // Some network file systems report a full disk only when the file is closed.
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
      // Closing waits for a pending write, which may never complete if nobody reads.
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
  position?: number,
): Promise<void> {
  signal.throwIfAborted();
  try {
    let written = 0;
    while (written < bytes.length) {
      const target = position === undefined ? null : position + written;
      const writing = handle.write(bytes, written, bytes.length - written, target);
      written += (await abortable(writing, signal)).bytesWritten;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw fileFailure(file, error);
  }
}

/** Returns the target of a symbolic link, so that the link itself is not replaced by a file. */
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

/** Escapes characters in JSON that a terminal would interpret. */
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

/** Combines small writes, to save system calls. */
function buffered(output: OpenOutput): OpenOutput {
  const buffer = new Uint8Array(BUFFER_BYTES);
  let filled = 0;
  const flush = async (): Promise<void> => {
    if (filled > 0) {
      await output.write(buffer.subarray(0, filled));
      filled = 0;
    }
  };
  const { positioned } = output;
  return {
    ...output,
    ...(positioned && {
      positioned: {
        ...positioned,
        flush: async () => {
          await flush();
          return await positioned.flush();
        },
      },
    }),
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
