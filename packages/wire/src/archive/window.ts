import type { ArchiveBuffer } from "./options.js";
import {
  MAGIC_BYTES,
  MAXIMUM_HEADER_BYTES,
  type Part,
  partBytes,
  partKindAt,
  readPart,
} from "./parts.js";

const FIRST_MAGIC_BYTE = 0x8a;

/** The bytes of an input that were read and not used. */
export class Window {
  readonly #buffer: ArchiveBuffer;
  bytes: Uint8Array<ArrayBuffer> = new Uint8Array();
  /** Where the unused bytes start. */
  start = 0;
  /** Offset in the input of the first unused byte. */
  offset: number;
  /** Whether `bytes` were filled by the buffer. Otherwise, they are a copy of what it has. */
  #isFilled = false;

  constructor(buffer: ArchiveBuffer, offset: number) {
    this.#buffer = buffer;
    this.offset = offset;
  }

  get end(): number {
    return this.bytes.length;
  }

  /** Number of unused bytes. */
  get length(): number {
    return this.bytes.length - this.start;
  }

  /** Reads until there are this many unused bytes, or the input ends. */
  async need(size: number): Promise<void> {
    while (this.length < size && !(this.#isFilled && this.#buffer.isAtEnd)) {
      if (this.#isFilled) {
        this.#buffer.cut(this.bytes, this.start);
        this.start = 0;
      }
      // The description of the next part is read as well, so that the rest to be copied is small.
      const wanted = this.start + size + MAXIMUM_HEADER_BYTES;
      this.bytes = await this.#buffer.fill(size > MAXIMUM_HEADER_BYTES ? wanted : undefined);
      this.#isFilled = true;
    }
  }

  /** Skips unused bytes. */
  drop(size: number): void {
    this.start += size;
    this.offset += size;
  }

  /** Skips bytes, which may be more than those that were read. */
  async skip(size: number): Promise<void> {
    for (let rest = size; rest > 0; ) {
      await this.need(1);
      const part = Math.min(rest, this.length);
      if (part === 0) {
        return;
      }
      this.drop(part);
      rest -= part;
    }
  }

  /** Removes unused bytes, and returns them in a buffer that nothing else uses. */
  take(size: number): Uint8Array<ArrayBuffer> {
    const { start } = this;
    const end = start + size;
    if (!this.#isFilled || size <= this.length / 2) {
      // Otherwise, all that follows many small blocks would be copied after each.
      this.drop(size);
      return this.bytes.slice(start, end);
    }
    const rest = this.bytes.slice(end);
    const taken = this.#buffer.cut(this.bytes, end).subarray(start);
    this.bytes = rest;
    this.start = 0;
    this.offset += size;
    this.#isFilled = false;
    return taken;
  }
}

/** Moves an input to the next part that is accepted. Returns undefined if there is none. */
export async function findPart(
  input: Window,
  accept: (part: Part) => boolean,
): Promise<Part | undefined> {
  for (;;) {
    const index = input.bytes.indexOf(FIRST_MAGIC_BYTE, input.start);
    if (index === -1) {
      input.drop(input.length);
      await input.need(1);
      if (input.length === 0) {
        return undefined;
      }
      continue;
    }
    input.drop(index - input.start);
    const part = await partAfter(input, 0);
    if (part !== undefined && accept(part)) {
      return part;
    }
    input.drop(1);
  }
}

/** Returns the part that starts after some unused bytes; undefined if none does. */
export async function partAfter(input: Window, size: number): Promise<Part | undefined> {
  await input.need(size + MAGIC_BYTES);
  const kind = partKindAt(input.bytes, input.start + size);
  if (kind === undefined) {
    return undefined;
  }
  // The size of a header is in its first bytes.
  await input.need(size + partBytes("trailer", input.bytes, input.start + size));
  await input.need(size + partBytes(kind, input.bytes, input.start + size));
  const part = readPart(kind, input.bytes, input.start + size);
  return part.kind === "problem" ? undefined : part;
}

/** Returns the offset of the first part in bytes. */
export function findPartIn(bytes: Uint8Array): number | undefined {
  for (let at = bytes.indexOf(FIRST_MAGIC_BYTE); at !== -1; ) {
    const kind = partKindAt(bytes, at);
    if (kind !== undefined && readPart(kind, bytes, at).kind !== "problem") {
      return at;
    }
    at = bytes.indexOf(FIRST_MAGIC_BYTE, at + 1);
  }
  return undefined;
}
