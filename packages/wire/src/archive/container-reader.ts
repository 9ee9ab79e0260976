import type { ArchiveBlockPlace } from "./block-place.js";
import { type ArchiveCodec, type Checksum, codecNames, NO_CODEC } from "./codec.js";
import { crc32 } from "./crc32.js";
import { ArchiveError, type ArchiveErrorCode } from "./error.js";
import type { ArchiveBlock, ArchiveBuffer, ArchiveGap } from "./options.js";
import {
  BLOCK_BYTES,
  type BlockPart,
  ENTRY_BYTES,
  type HeaderPart,
  isMagicStart,
  MAGIC_BYTES,
  type Part,
  type PartKind,
  partBytes,
  partKindAt,
  readPart,
  type TrailerPart,
} from "./parts.js";
import { findWholeDocuments, type WholeDocuments } from "./whole-documents.js";
import { findPart, findPartIn, partAfter, Window } from "./window.js";

/** What a reader of archives needs to know. */
export interface ContainerOptions {
  readonly maxBytes: number;
  readonly maxBlockBytes: number;
  readonly maxExpansion: number;
  readonly codecs: readonly ArchiveCodec[];
  readonly checksum: Checksum;
  /** The block at which the bytes of the buffer start; the start of the file if omitted. */
  readonly from: ArchiveBlockPlace | undefined;
}

const FIRST_PARTS: readonly PartKind[] = ["header"];
const BLOCK_PARTS: readonly PartKind[] = ["block", "index"];
const LAST_PARTS: readonly PartKind[] = ["trailer"];

/** Reads archives, one after the other, from start to end. */
export class ContainerReader {
  readonly #input: Window;
  readonly #options: ContainerOptions;
  /** The kinds of the parts that may be next. */
  #expected = FIRST_PARTS;
  /** The current archive; undefined before its header. Its identifier may be known without it. */
  #header: Partial<HeaderPart> | undefined;
  /** Offset of the current archive in the input. */
  #start = 0;
  /** Offset of the index in the current archive. */
  #index = 0;
  /** Number of documents in all archives before the current one. */
  #base = 0;
  /** Numbers of documents and blocks in the current archive so far. */
  #documents = 0;
  #blocks = 0;
  /** Whether parts of the current archive were skipped. */
  #hasGap = false;
  /** Sizes of all blocks so far, before and after they were expanded. */
  #read = 0;
  #expanded = 0;
  /** The block or index that is being read, if its description is right. */
  #current: BlockPart | undefined;
  /** The error after the last block. */
  #pending: ArchiveError | undefined;

  constructor(buffer: ArchiveBuffer, options: ContainerOptions) {
    const { from } = options;
    this.#input = new Window(buffer, from?.offset ?? 0);
    this.#options = options;
    if (from !== undefined) {
      const { archive, number } = from;
      this.#header = { id: archive.id, type: archive.type };
      this.#start = archive.offset;
      this.#base = archive.before;
      this.#documents = number - 1 - archive.before;
      this.#expected = BLOCK_PARTS;
      this.#hasGap = true;
    }
  }

  /**
   * Returns the next block; undefined at the end of the last archive.
   *
   * @throws {ArchiveError} if a part is damaged. Then, `skip` continues after it.
   */
  async next(): Promise<ArchiveBlock | undefined> {
    if (this.#pending !== undefined) {
      throw this.#pending;
    }
    for (;;) {
      this.#current = undefined;
      const part = await this.#nextPart();
      if (part === undefined) {
        return undefined;
      }
      switch (part.kind) {
        case "header":
          this.#begin(part);
          break;
        case "block":
          this.#current = part;
          return await this.#readBlock(part);
        case "index":
          await this.#readIndex(part);
          break;
        case "trailer":
          this.#end(part);
          break;
      }
    }
  }

  /** Skips the damaged part: to the next one, or to the end of the input. */
  async skip(): Promise<ArchiveGap> {
    this.#pending = undefined;
    const start = this.#input.offset;
    const firstDocument = this.#nextNumber;
    // The documents are complete once the index was read.
    const lastDocument = this.#expected === LAST_PARTS ? firstDocument - 1 : undefined;
    const part =
      (await this.#partAfterPayload(start)) ??
      (await findPart(this.#input, (found) => this.#follows(found, start)));
    const gap = { start, end: this.#input.offset, firstDocument };
    this.#hasGap = true;
    if (part === undefined) {
      this.#finishArchive();
      return { ...gap, lastDocument };
    }
    this.#header ??= { id: part.id };
    if (part.kind === "header") {
      this.#expected = FIRST_PARTS;
      return { ...gap, lastDocument };
    }
    if (part.kind === "trailer") {
      this.#expected = LAST_PARTS;
      const isIndex = this.#header.type !== undefined && part.index === start - this.#start;
      return { ...gap, lastDocument: isIndex ? firstDocument - 1 : lastDocument };
    }
    this.#expected = BLOCK_PARTS;
    this.#documents = part.before;
    return { ...gap, lastDocument: this.#nextNumber - 1 };
  }

  /**
   * Moves to the part after a block whose description is right. Its payload may have a document that
   * is an archive itself, so it is not searched if that is not necessary.
   */
  async #partAfterPayload(start: number): Promise<Part | undefined> {
    if (this.#current === undefined) {
      return undefined;
    }
    const input = this.#input;
    const size = BLOCK_BYTES + this.#current.stored;
    const isTooLarge = this.#current.stored > this.#options.maxBlockBytes;
    if (isTooLarge) {
      // It is not kept in memory, so it cannot be searched later.
      await input.skip(size);
    }
    const rest = isTooLarge ? 0 : size;
    const part = await partAfter(input, rest);
    if (part === undefined || part.kind === "header" || !this.#follows(part, start - 1)) {
      return undefined;
    }
    input.drop(rest);
    return part;
  }

  /** Whether reading may continue with a part, after the damage that starts at an offset. */
  #follows(part: Part, start: number): boolean {
    const isDescription = part.kind === "block" || part.kind === "index";
    if (part.kind !== "header") {
      const { id = part.id } = this.#header ?? {};
      if (!equals(id, part.id) || (isDescription && part.before < this.#documents)) {
        return false;
      }
    }
    // The part itself may be whole, and only be at a wrong place, because others are missing.
    return (
      this.#input.offset > start ||
      !this.#expected.includes(part.kind) ||
      (isDescription && part.before > this.#documents)
    );
  }

  async #nextPart(): Promise<Part | undefined> {
    const input = this.#input;
    await input.need(MAGIC_BYTES);
    const isFirst = this.#expected === FIRST_PARTS;
    if (input.length === 0 && isFirst) {
      return undefined;
    }
    const kind = partKindAt(input.bytes, input.start);
    if (kind === undefined || !this.#expected.includes(kind)) {
      throw this.#explainOther();
    }
    // The size of a header is in its first bytes.
    await input.need(partBytes("trailer", input.bytes, input.start));
    await input.need(partBytes(kind, input.bytes, input.start));
    const part = readPart(kind, input.bytes, input.start);
    if (part.kind === "problem") {
      throw this.#error(part.code, part.message);
    }
    if (part.kind !== "header") {
      this.#check(part);
    }
    return part;
  }

  #explainOther(): ArchiveError {
    const { bytes, start, offset, length } = this.#input;
    const isAtStart = offset === 0;
    const isCutOff = length < MAGIC_BYTES && (!isAtStart || isMagicStart(bytes.subarray(start)));
    if (isCutOff) {
      const message =
        this.#expected === FIRST_PARTS
          ? "the archive ends within a header"
          : `the archive ends before its ${this.#expected === LAST_PARTS ? "trailer" : "index"}`;
      return this.#error("cut_off", message);
    }
    return isAtStart
      ? this.#error("bad_magic", "the bytes do not start like an archive")
      : this.#error("malformed", `expected ${this.#expected.join(" or ")}, found other bytes`);
  }

  #check(part: BlockPart | TrailerPart): void {
    const { id = part.id } = this.#header ?? {};
    if (!equals(id, part.id)) {
      throw this.#error("malformed", `a ${part.kind} of another archive`);
    }
    if (part.kind !== "trailer" && part.before !== this.#documents) {
      const found = `a ${part.kind} after ${part.before} documents`;
      throw this.#error("malformed", `expected one after ${this.#documents}, found ${found}`);
    }
  }

  #begin(part: HeaderPart): void {
    this.#finishArchive();
    this.#start = this.#input.offset;
    this.#header = part;
    this.#expected = BLOCK_PARTS;
    this.#input.drop(partBytes("header", this.#input.bytes, this.#input.start));
  }

  #finishArchive(): void {
    this.#base += this.#documents;
    this.#documents = 0;
    this.#blocks = 0;
    this.#hasGap = false;
    this.#header = undefined;
    this.#expected = FIRST_PARTS;
  }

  async #readBlock(part: BlockPart): Promise<ArchiveBlock> {
    const { documents, size, stored } = part;
    if (documents === 0 || size < documents) {
      throw this.#error("malformed", `a block of ${documents} documents and ${size} bytes`);
    }
    this.#checkSizes(part);
    const codec = this.#codecOf(part);
    const input = this.#input;
    await input.need(BLOCK_BYTES + stored);
    if (input.length < BLOCK_BYTES + stored) {
      return this.#salvage(part);
    }
    const { checksum, maxBytes } = this.#options;
    const start = input.start + BLOCK_BYTES;
    const payload = input.bytes.subarray(start, start + stored);
    if (checksum(payload) !== part.checksum) {
      throw this.#error("checksum", `the checksum of ${this.#describe(part)} is wrong`);
    }
    const expanded = codec && this.#expand(codec, payload, part);
    const found = findWholeDocuments(expanded ?? payload, { maxBytes, last: true });
    if (found.damage?.code === "too_large") {
      return this.#takeBefore(found, part, expanded ?? payload, found.damage.message);
    }
    if (found.documents !== documents || found.size !== size) {
      throw this.#error("malformed", `${this.#describe(part)} has other documents than it says`);
    }
    return this.#take(part, documents, expanded);
  }

  /** Removes a block from the input. */
  #take(
    { stored }: BlockPart,
    documents: number,
    expanded: Uint8Array<ArrayBuffer> | undefined,
  ): ArchiveBlock {
    const offset = this.#input.offset;
    const number = this.#nextNumber;
    const { type } = this.#header ?? {};
    this.#documents += documents;
    this.#blocks++;
    const common = { number, documents, ...(type !== undefined && { type }) };
    if (expanded !== undefined) {
      this.#input.drop(BLOCK_BYTES + stored);
      return { ...common, bytes: expanded, offset, isCompressed: true };
    }
    const bytes = this.#input.take(BLOCK_BYTES + stored).subarray(BLOCK_BYTES);
    return { ...common, bytes, offset: offset + BLOCK_BYTES };
  }

  /** Returns the documents of a block that are before a document that is too large. */
  #takeBefore(
    { documents, size }: WholeDocuments,
    { codec }: BlockPart,
    payload: Uint8Array,
    message: string,
  ): ArchiveBlock {
    if (documents === 0) {
      throw this.#error("too_large", message);
    }
    const offset = this.#input.offset;
    const number = this.#nextNumber;
    const { type } = this.#header ?? {};
    this.#documents += documents;
    this.#pending = this.#error("too_large", message);
    const bytes = payload.slice(0, size);
    const common = { bytes, number, documents, ...(type !== undefined && { type }) };
    return codec === NO_CODEC
      ? { ...common, offset: offset + BLOCK_BYTES }
      : { ...common, offset, isCompressed: true };
  }

  /** Returns the complete documents of a block that is cut off. */
  #salvage(part: BlockPart): ArchiveBlock {
    const { bytes, start, end, length } = this.#input;
    const message = `the archive ends within ${this.#describe(part)}: ${length} of ${BLOCK_BYTES + part.stored} bytes`;
    const payload = bytes.subarray(start + BLOCK_BYTES, end);
    // Another archive may follow that is shorter than what is missing.
    const size = findPartIn(payload) ?? payload.length;
    const { maxBytes } = this.#options;
    const found = findWholeDocuments(payload.subarray(0, size), { maxBytes });
    if (part.codec !== NO_CODEC || found.documents === 0 || found.documents >= part.documents) {
      throw this.#error("cut_off", message);
    }
    const offset = this.#input.offset;
    const number = this.#nextNumber;
    const { type } = this.#header ?? {};
    this.#documents += found.documents;
    this.#pending = this.#error("cut_off", message);
    return {
      bytes: payload.slice(0, found.size),
      number,
      documents: found.documents,
      offset: offset + BLOCK_BYTES,
      ...(type !== undefined && { type }),
    };
  }

  #checkSizes({ kind, size, stored }: BlockPart): void {
    const { maxBlockBytes, maxExpansion } = this.#options;
    const larger = Math.max(size, stored);
    if (larger > maxBlockBytes) {
      const message = `a ${kind} of ${larger} bytes, which is more than ${maxBlockBytes}`;
      throw this.#error("too_large", message);
    }
    const read = this.#read + stored;
    const expanded = this.#expanded + size;
    if (expanded > maxBlockBytes && expanded > maxExpansion * read) {
      const message = `the archive expands to more than ${maxExpansion} times its size`;
      throw this.#error("too_large", message);
    }
    this.#read = read;
    this.#expanded = expanded;
  }

  #codecOf({ codec: number, size, stored }: BlockPart): ArchiveCodec | undefined {
    if (number === NO_CODEC) {
      if (size !== stored) {
        throw this.#error("malformed", `a block of ${size} bytes with a payload of ${stored}`);
      }
      return undefined;
    }
    const codec = this.#options.codecs.find((each) => each.number === number);
    if (codec === undefined) {
      const name = codecNames[number];
      const named = name === undefined ? "" : ` (${name})`;
      throw this.#error("unknown_codec", `a block is compressed with codec ${number}${named}`);
    }
    return codec;
  }

  #expand(codec: ArchiveCodec, payload: Uint8Array, part: BlockPart): Uint8Array<ArrayBuffer> {
    let reason: unknown;
    try {
      const bytes = codec.decompress(payload, part.size);
      if (bytes.length === part.size) {
        return bytes;
      }
    } catch (error) {
      if (error instanceof UnsupportedCodecError) {
        throw this.#error("unknown_codec", error.message);
      }
      reason = error;
    }
    const message = `the ${codec.name} data of ${this.#describe(part)} is malformed`;
    throw this.#error("malformed", message, reason);
  }

  async #readIndex(part: BlockPart): Promise<void> {
    const { documents: blocks, size, stored, codec } = part;
    const isWrong = size !== stored || size !== blocks * ENTRY_BYTES || codec !== NO_CODEC;
    if (isWrong || (blocks !== this.#blocks && !this.#hasGap)) {
      throw this.#error("malformed", `an index of ${blocks} blocks after ${this.#blocks}`);
    }
    this.#checkSizes(part);
    const input = this.#input;
    await input.need(BLOCK_BYTES + stored);
    if (input.length < BLOCK_BYTES + stored) {
      throw this.#error("cut_off", "the archive ends within its index");
    }
    const payload = input.bytes.subarray(input.start + BLOCK_BYTES);
    if (this.#options.checksum(payload.subarray(0, stored)) !== part.checksum) {
      throw this.#error("checksum", "the checksum of the index is wrong");
    }
    this.#index = input.offset - this.#start;
    input.drop(BLOCK_BYTES + stored);
    this.#expected = LAST_PARTS;
  }

  #end({ index, size }: TrailerPart): void {
    const end = this.#input.offset - this.#start + partBytes("trailer", this.#input.bytes, 0);
    if (!this.#hasGap && (index !== this.#index || size !== end)) {
      throw this.#error("malformed", "a trailer of an archive of another size");
    }
    this.#finishArchive();
    this.#input.drop(partBytes("trailer", this.#input.bytes, 0));
  }

  #describe({ documents }: BlockPart): string {
    const first = this.#nextNumber;
    return `a block with the documents ${first} to ${first + documents - 1}`;
  }

  get #nextNumber(): number {
    return this.#base + this.#documents + 1;
  }

  #error(code: ArchiveErrorCode, message: string, cause?: unknown): ArchiveError {
    const place = { offset: this.#input.offset, document: this.#nextNumber };
    return new ArchiveError(code, place, message, cause === undefined ? undefined : { cause });
  }
}

/** The platform cannot expand blocks with this codec. */
export class UnsupportedCodecError extends Error {}

function equals(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}

/** The usual checksum, without Node. */
export const defaultChecksum: Checksum = crc32;
