import { constants, type Stats } from "node:fs";
import { type FileHandle, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { addAbortSignal } from "node:stream";
import { CommandFailure, errorCode, fileFailure } from "../failure.js";
import type { CommandIO } from "../io.js";
import { describeTooLarge } from "../problem.js";
import { type ExpansionOptions, expanded } from "./compression.js";
import { folderFailure, inputFailure } from "./input-failure.js";
import { openAbortably } from "./open.js";
import { Pushback } from "./pushback.js";

/** A file or standard input, read piece by piece. */
export interface Input {
  /** The name in messages. */
  readonly name: string;
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Closes the input, even during a pending read. */
  close(): void;
}

const STANDARD_INPUT = "-";
const CHUNK_BYTES = 1024 * 1024;

/** Returns whether a name refers to standard input: `-` or no name. */
export function isStandardInput(
  file: string | undefined,
): file is typeof STANDARD_INPUT | undefined {
  return file === undefined || file === STANDARD_INPUT;
}

/**
 * Opens a file; opens standard input for `-` or no name. Compressed input is expanded.
 *
 * @throws {CommandFailure} if the file cannot be opened.
 */
export async function openInput(
  file: string | undefined,
  io: CommandIO,
  options?: ExpansionOptions,
): Promise<Input> {
  if (isStandardInput(file)) {
    return expandInput(openStandardInput(io), options);
  }
  const { handle } = await openFile(file, io);
  return expandInput(streamFile(file, handle, io), options);
}

/** An input whose compressed bytes are expanded when they are read. */
export interface ExpandedInput extends Input {
  /** Number of bytes of the input before expansion that were read so far. */
  consumed(): number;
}

/** Returns the same input, expanded if its first bytes say that it is compressed. */
export function expandInput(
  { name, chunks, close }: Input,
  options?: ExpansionOptions,
): ExpandedInput {
  const input = new Pushback(chunks);
  return {
    name,
    chunks: expanded(name, input, options),
    close,
    consumed: () => input.consumed,
  };
}

/**
 * Returns the sum of the sizes of all files; undefined if any is unknown. Missing files are
 * reported here, before any work is done.
 */
export async function totalSize(
  files: readonly (string | undefined)[],
  io: CommandIO,
): Promise<number | undefined> {
  let sum: number | undefined = 0;
  for (const file of files) {
    const size = isStandardInput(file) ? undefined : await sizeOf(file, io);
    sum = sum === undefined || size === undefined ? undefined : sum + size;
  }
  return sum;
}

async function sizeOf(file: string, io: CommandIO): Promise<number | undefined> {
  try {
    const status = await stat(resolve(io.directory, file));
    return status.isFile() ? status.size : undefined;
  } catch (error) {
    throw await inputFailure(file, error, io);
  }
}

/** Opens a file; fails if it is a directory. */
export async function openFile(
  name: string,
  io: CommandIO,
): Promise<{ readonly handle: FileHandle; readonly status: Stats }> {
  try {
    const handle = await openAbortably(resolve(io.directory, name), constants.O_RDONLY, io.signal);
    const status = await handle.stat();
    if (status.isDirectory()) {
      await handle.close();
      throw await folderFailure(name, io);
    }
    return { handle, status };
  } catch (error) {
    io.signal.throwIfAborted();
    throw await inputFailure(name, error, io);
  }
}

/** Returns an open file as a stream, which closes the file at its end. */
export function streamFile(name: string, handle: FileHandle, io: CommandIO): Input {
  const stream = handle.createReadStream({ highWaterMark: CHUNK_BYTES, signal: io.signal });
  return { name, chunks: readChunks(stream, name, io.signal), close: () => stream.destroy() };
}

/** Returns standard input as a stream. */
export function openStandardInput(io: CommandIO): Input {
  if (io.stdin.isTTY && io.stderr.isTTY) {
    io.stderr.write(
      "Reading from the terminal; Ctrl-D on a line of its own ends the input, Ctrl-C stops. To read a file, name it after the command.\n",
    );
  }
  const name = "standard input";
  const stream = addAbortSignal(io.signal, io.stdin);
  const chunks = remember(readChunks(stream, name, io.signal), io);
  return { name, chunks, close: () => stream.destroy() };
}

/** Number of bytes at the start of standard input that are kept, because they cannot be read again. */
const KEPT_BYTES = 64 * 1024;
const starts = new WeakMap<CommandIO, Uint8Array[]>();

async function* remember(
  chunks: AsyncIterable<Uint8Array>,
  io: CommandIO,
): AsyncGenerator<Uint8Array, void> {
  const kept: Uint8Array[] = [];
  starts.set(io, kept);
  let size = 0;
  for await (const chunk of chunks) {
    if (size < KEPT_BYTES) {
      kept.push(chunk);
      size += chunk.length;
    }
    yield chunk;
  }
}

/** Returns the start of standard input, as far as it was read; for messages about it. */
export function startOfStandardInput(io: CommandIO): readonly Uint8Array[] {
  return starts.get(io) ?? [];
}

async function* readChunks(
  stream: AsyncIterable<unknown>,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void> {
  try {
    for await (const chunk of stream) {
      yield chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
    }
  } catch (error) {
    signal.throwIfAborted();
    throw errorCode(error) === undefined ? error : fileFailure(name, error);
  }
}

/** Reads a whole input. */
export async function readAll(input: Input, maxBytes: number): Promise<Uint8Array> {
  const content = await readUpTo(input.chunks, maxBytes);
  if (content === undefined) {
    throw new CommandFailure(tooLarge(input.name, maxBytes));
  }
  return content;
}

/** Joins chunks; returns undefined if they exceed the limit, without reading all of them. */
export async function readUpTo(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > maxBytes) {
      return undefined;
    }
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

/** Returns the message for a document that exceeds the limit. */
export function tooLarge(place: string, maxBytes: number): string {
  return `${place}: ${describeTooLarge(maxBytes)}`;
}
