import type { FileHandle } from "node:fs/promises";
import { fileFailure } from "../failure.js";
import type { CommandIO } from "../io.js";
import type { Progress } from "../terminal/progress.js";
import { COMPRESSION_BYTES, compressionOf, type ExpansionOptions } from "./compression.js";
import {
  type ExpandedInput,
  expandInput,
  isStandardInput,
  openFile,
  openStandardInput,
  streamFile,
} from "./input.js";

/** Access to the bytes of a regular file at any position. */
export interface RegularFile {
  /** The file descriptor; valid until the source is closed. */
  readonly descriptor: number;
  /** The size in bytes when the file was opened. */
  readonly size: number;
  /** Makes the next `read` of the source start at a position. */
  seek(position: number): void;
}

/** A file or standard input that is read into buffers of the caller. */
export interface Source {
  /** The name in messages. */
  readonly name: string;
  /** The file with the same bytes; absent if there is none, as for a pipe. */
  readonly regular?: RegularFile;
  /** Fills a buffer, or its start at the end of the input. Returns the number of bytes read. */
  read(buffer: Uint8Array): Promise<number>;
  /**
   * Returns the number of bytes of the file that were read so far. Absent if these are the bytes
   * that `read` returned; they are not if the file is compressed.
   */
  readonly consumed?: () => number;
  /**
   * Closes the source. Must be called at the end or when no more input is needed; works during a
   * pending read.
   */
  close(): Promise<void>;
}

/**
 * Opens a file; opens standard input for `-` or no name. Compressed input is expanded.
 *
 * @throws {CommandFailure} if the file cannot be opened.
 */
export async function openSource(
  file: string | undefined,
  io: CommandIO,
  options?: ExpansionOptions,
): Promise<Source> {
  if (isStandardInput(file)) {
    return fromInput(expandInput(openStandardInput(io), options));
  }
  const { handle, status } = await openFile(file, io);
  // Reading a pipe may never complete, and only a stream can be cancelled.
  return status.isFile() && !(await isCompressed(file, handle))
    ? fromFile(file, handle, status.size, io)
    : fromInput(expandInput(streamFile(file, handle, io), options));
}

/** Reads the first bytes of a file without moving its position. */
async function isCompressed(name: string, handle: FileHandle): Promise<boolean> {
  const buffer = new Uint8Array(COMPRESSION_BYTES);
  try {
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, 0);
    return compressionOf(buffer.subarray(0, bytesRead)) !== undefined;
  } catch (error) {
    await handle.close();
    throw fileFailure(name, error);
  }
}

/** Returns a source that reports its progress. */
export function withProgress(source: Source, progress: Progress): Source {
  let reported = 0;
  return {
    ...source,
    async read(buffer) {
      const size = await source.read(buffer);
      const total = source.consumed?.() ?? reported + size;
      progress.advance(total - reported);
      reported = total;
      return size;
    },
  };
}

function fromFile(name: string, handle: FileHandle, size: number, { signal }: CommandIO): Source {
  let position = 0;
  return {
    name,
    regular: {
      descriptor: handle.fd,
      size,
      seek: (target) => {
        position = target;
      },
    },
    async read(buffer) {
      signal.throwIfAborted();
      try {
        let filled = 0;
        for (let size = -1; size !== 0 && filled < buffer.length; filled += size) {
          size = (await handle.read(buffer, { offset: filled, position })).bytesRead;
          position += size;
        }
        return filled;
      } catch (error) {
        throw fileFailure(name, error);
      }
    },
    close: () => handle.close(),
  };
}

function fromInput({ name, chunks, close, consumed }: ExpandedInput): Source {
  const iterator = chunks[Symbol.asyncIterator]();
  let chunk: Uint8Array = new Uint8Array();
  return {
    name,
    consumed,
    async read(buffer) {
      let filled = 0;
      while (filled < buffer.length) {
        if (chunk.length === 0) {
          const { done, value } = await iterator.next();
          if (done === true) {
            break;
          }
          chunk = value;
        }
        const piece = chunk.subarray(0, buffer.length - filled);
        buffer.set(piece, filled);
        filled += piece.length;
        chunk = chunk.subarray(piece.length);
      }
      return filled;
    },
    close: () => Promise.resolve(close()),
  };
}

/** Reads the first bytes of a source. Returns them, and a source that starts with them again. */
export async function peek(
  source: Source,
  size: number,
): Promise<{ readonly head: Uint8Array; readonly source: Source }> {
  const buffer = new Uint8Array(size);
  const head = buffer.subarray(0, await source.read(buffer));
  const isAtEnd = head.length < size;
  let rest = head;
  const { name } = source;
  const whole: Source = {
    name,
    close: () => source.close(),
    async read(into) {
      const again = rest.subarray(0, into.length);
      into.set(again);
      rest = rest.subarray(again.length);
      const isFull = again.length === into.length;
      return isFull || isAtEnd
        ? again.length
        : again.length + (await source.read(into.subarray(again.length)));
    },
  };
  return { head, source: whole };
}

const CHUNK_BYTES = 256 * 1024;

/** Returns the rest of a source in chunks, each in a buffer of its own. */
export async function* chunksOf(source: Source): AsyncGenerator<Uint8Array, void> {
  for (;;) {
    const buffer = new Uint8Array(CHUNK_BYTES);
    const size = await source.read(buffer);
    if (size > 0) {
      yield buffer.subarray(0, size);
    }
    if (size < CHUNK_BYTES) {
      return;
    }
  }
}
