import { readSync, writeSync } from "node:fs";
import { BLOCK_BYTES, describeBlock } from "@stepwire/wire/archive-layout";
import { errorCode } from "../failure.js";
import type { BlockResult, Conversion } from "./block.js";
import { KernelConverter } from "./kernel-converter.js";
import { RangeState } from "./range-state.js";

/*
 * Converts a regular file to another one without copies: the system reads into the memory of the
 * kernel, and writes from there. Any number of threads may take part. The file is divided into
 * ranges of equal size, each of which has the lines that start in it, so that a thread finds its
 * lines without another one.
 */

/** The size of a range in bytes. */
export const RANGE_BYTES: number = 2 * 1024 * 1024;
/**
 * How far a line may reach beyond the end of its range, in bytes. It is less than a range, so that
 * each range contains the start of a line.
 */
const LARGEST_EXCESS = RANGE_BYTES / 2;
/** The number of bytes in which the end of a line is searched by one read. */
const PROBE_BYTES = 4 * 1024;
/** The size of buffers for the output of blocks with refused documents, in bytes. */
const EXPLAINED_OUTPUT_BYTES = 64 * 1024;

const LINE_FEED = 0x0a;

/** The work that threads share; it can be sent to a worker. */
export interface RangeWork {
  readonly conversion: Conversion;
  /** The file descriptors. */
  readonly input: number;
  readonly output: number;
  /** The number of ranges. */
  readonly count: number;
  /** The memory of a `RangeState`. */
  readonly state: SharedArrayBuffer;
  /** The identifier of the archive, if the ranges are its blocks. */
  readonly id: Uint8Array | undefined;
}

/** The result of a range. */
export interface RangeResult extends Omit<BlockResult, "output"> {
  readonly range: number;
  /** The position after its last line. */
  readonly end: number;
  /** The size of its output in bytes. */
  readonly written: number;
}

/**
 * The end of the work: this range has a line that is too long, or that does not end. Its lines, and
 * all others, are not converted.
 */
export interface IrregularRange {
  readonly range: number;
  readonly isIrregular: true;
}

/** An error of the operating system, in a form that can be sent to another thread. */
export interface RangeFailure {
  readonly side: "input" | "output";
  readonly code: string | undefined;
  readonly message: string;
}

/** The input or the output cannot be used. */
export class RangeFileError extends Error {
  readonly failure: RangeFailure;
  /** The code of the operating system. */
  readonly code: string | undefined;

  constructor(failure: RangeFailure) {
    super(failure.message);
    this.failure = failure;
    this.code = failure.code;
  }
}

function fileError(side: RangeFailure["side"], error: unknown): RangeFileError {
  const message = error instanceof Error ? error.message : String(error);
  return new RangeFileError({ side, code: errorCode(error), message });
}

/** A range that was converted, and is to be written. */
type ConvertedRange = (BlockResult & { readonly end: number }) | undefined;

/** Converts ranges in one thread. */
export class RangeConverter {
  readonly #work: RangeWork;
  readonly state: RangeState;
  readonly #converter: KernelConverter;
  readonly #probe = new Uint8Array(PROBE_BYTES);

  constructor(work: RangeWork) {
    this.#work = work;
    this.state = new RangeState(work.state);
    this.#converter = new KernelConverter(work.conversion);
  }

  /** Takes the next range; undefined if there is none, or if the work was stopped. */
  take(): number | undefined {
    const range = this.state.isStopped ? this.#work.count : this.state.take();
    return range < this.#work.count ? range : undefined;
  }

  /**
   * Reads and converts a range. Returns undefined if it is irregular. The output is valid until the
   * next call.
   *
   * @throws {RangeFileError} if the file cannot be read.
   */
  async convert(range: number): Promise<ConvertedRange> {
    const start = this.#findLine(range * RANGE_BYTES);
    if (start === undefined) {
      return undefined;
    }
    const { kernel, options } = this.#converter;
    const buffer = kernel.reserve(RANGE_BYTES + LARGEST_EXCESS);
    const size = this.#readLines(buffer, start, (range + 1) * RANGE_BYTES);
    if (size === undefined) {
      return undefined;
    }
    const end = start + size;
    const converted = kernel.convertReserved(options.direction, size);
    if (converted !== undefined) {
      // Each line of a range ends with a line feed.
      const withoutFeeds = converted.consumed - converted.lines;
      const result = { ...converted, size: withoutFeeds, refused: [], unexplained: 0, end };
      return this.#converter.store(result);
    }
    const block = new Uint8Array(size);
    this.#read(block, start);
    const into = new Uint8Array(EXPLAINED_OUTPUT_BYTES);
    return { ...(await this.#converter.explain(block, into)), end };
  }

  /**
   * Writes a converted range, or ends the work if it is irregular. It must be its turn.
   *
   * @throws {RangeFileError} if the file cannot be written.
   */
  write(range: number, converted: ConvertedRange): RangeResult | IrregularRange {
    if (converted === undefined) {
      this.state.stop();
      return { range, isIrregular: true };
    }
    const { output, ...result } = converted;
    const { id } = this.#work;
    const { stored, documents } = result;
    const isBlock = id !== undefined && stored !== undefined;
    const written = output.length + (isBlock ? BLOCK_BYTES : 0);
    const place = this.state.pass(range, written, documents);
    try {
      if (isBlock) {
        this.#write(describeBlock(id, place.documents, stored), place.position);
      }
      this.#write(output, place.position + written - output.length);
    } catch (error) {
      throw fileError("output", error);
    }
    return { ...result, range, written };
  }

  #write(bytes: Uint8Array, position: number): void {
    for (let written = 0; written < bytes.length; ) {
      const left = bytes.length - written;
      written += writeSync(this.#work.output, bytes, written, left, position + written);
    }
  }

  /** Returns the position of the first line that starts at a position or after it. */
  #findLine(position: number): number | undefined {
    if (position === 0) {
      return 0;
    }
    // The line starts at the position if the byte before is the end of a line.
    const first = position - 1;
    for (let at = first; at < first + LARGEST_EXCESS; at += PROBE_BYTES) {
      const bytes = this.#probe.subarray(0, this.#read(this.#probe, at));
      const index = bytes.indexOf(LINE_FEED);
      if (index !== -1) {
        return at + index + 1;
      }
      if (bytes.length < PROBE_BYTES) {
        return undefined;
      }
    }
    return undefined;
  }

  /**
   * Reads lines up to the first one that starts at a position or after it.
   *
   * @returns their size, or undefined if that line does not start in the buffer.
   */
  #readLines(buffer: Uint8Array<ArrayBuffer>, start: number, border: number): number | undefined {
    const least = border - 1 - start;
    let filled = 0;
    for (let wanted = least + PROBE_BYTES; wanted <= buffer.length; wanted += PROBE_BYTES) {
      const searched = Math.max(filled, least);
      filled += this.#read(buffer.subarray(filled, wanted), start + filled);
      const index = buffer.subarray(0, filled).indexOf(LINE_FEED, searched);
      if (index !== -1) {
        return index + 1;
      }
      if (filled < wanted) {
        return undefined;
      }
    }
    return undefined;
  }

  /** Fills a buffer, or its start at the end of the file. Returns the number of bytes. */
  #read(buffer: Uint8Array<ArrayBuffer>, position: number): number {
    let filled = 0;
    for (let size = -1; size !== 0 && filled < buffer.length; filled += size) {
      const left = buffer.length - filled;
      try {
        size = readSync(this.#work.input, buffer, filled, left, position + filled);
      } catch (error) {
        throw fileError("input", error);
      }
    }
    return filled;
  }
}
