import { crc32 } from "./crc32.js";

/* The parts of an archive. docs/archive-format.md defines them. */

/** The first bytes of each part, before its kind. */
const MAGIC = [0x8a, 0x53, 0x57] as const;
/** Size of the first bytes with the kind. */
export const MAGIC_BYTES = 4;
export const VERSION = 1;
export const ID_BYTES = 8;
const CRC_BYTES = 4;
const MAXIMUM_NAME_BYTES = 1024;
const NAME_OFFSET = MAGIC_BYTES + 4 + ID_BYTES;

/** Size of the description of a block, which its payload follows. */
export const BLOCK_BYTES = 44;
export const TRAILER_BYTES = 32;
/** Maximum size of a header. */
export const MAXIMUM_HEADER_BYTES: number = NAME_OFFSET + MAXIMUM_NAME_BYTES + CRC_BYTES;
/** Size of the entry of a block in the index. */
export const ENTRY_BYTES = 16;

const kinds = { header: 0x41, block: 0x42, index: 0x49, trailer: 0x54 } as const;

/** The kind of a part. */
export type PartKind = keyof typeof kinds;

/** The start of an archive. */
export interface HeaderPart {
  readonly kind: "header";
  readonly id: Uint8Array;
  /** Full name of the message type; empty if it is unknown. */
  readonly type: string;
}

/** The description of a block, or of the index. */
export interface BlockPart<Kind = "block" | "index"> {
  readonly kind: Kind;
  readonly id: Uint8Array;
  /** Number of documents in all blocks before it. */
  readonly before: number;
  /** Number of documents; of blocks in an index. */
  readonly documents: number;
  /** Size of the documents in bytes. */
  readonly size: number;
  /** Size of the payload in bytes. */
  readonly stored: number;
  readonly codec: number;
  /** CRC-32 of the payload. */
  readonly checksum: number;
}

/** The end of an archive. */
export interface TrailerPart {
  readonly kind: "trailer";
  readonly id: Uint8Array;
  /** Offset of the index from the start of the archive. */
  readonly index: number;
  /** Size of the archive. */
  readonly size: number;
}

export type Part = HeaderPart | BlockPart<"block"> | BlockPart<"index"> | TrailerPart;

/** Why bytes are not a part. */
export interface PartProblem {
  readonly kind: "problem";
  readonly code: "malformed" | "newer_version" | "checksum" | "cut_off";
  readonly message: string;
}

/** Returns the kind of part that starts at an offset; undefined if none does. */
export function partKindAt(bytes: Uint8Array, at: number): PartKind | undefined {
  if (MAGIC.some((byte, index) => bytes[at + index] !== byte)) {
    return undefined;
  }
  const letter = bytes[at + MAGIC.length];
  return partKinds.find((kind) => kinds[kind] === letter);
}

const partKinds: readonly PartKind[] = ["header", "block", "index", "trailer"];

/** Returns whether bytes begin like an archive. No size-delimited message begins so. */
export function isArchiveStart(bytes: Uint8Array): boolean {
  return partKindAt(bytes, 0) === "header";
}

/** Returns whether a few bytes are the start of the first bytes of a header. */
export function isMagicStart(bytes: Uint8Array): boolean {
  return bytes.every((byte, index) => byte === [...MAGIC, kinds.header][index]);
}

/** Returns the size of the part at an offset, without its payload, as far as its bytes tell. */
export function partBytes(kind: PartKind, bytes: Uint8Array, at: number): number {
  if (kind === "header") {
    const view = viewOf(bytes);
    const isKnown = at + MAGIC_BYTES + 4 <= bytes.length;
    return NAME_OFFSET + (isKnown ? view.getUint16(at + MAGIC_BYTES + 2, true) : 0) + CRC_BYTES;
  }
  return kind === "trailer" ? TRAILER_BYTES : BLOCK_BYTES;
}

/** Reads a part of this kind. All bytes that `partBytes` asks for are there, or the input ends. */
export function readPart(kind: PartKind, bytes: Uint8Array, at: number): Part | PartProblem {
  const view = viewOf(bytes);
  if (kind === "header" && partBytes(kind, bytes, at) > MAXIMUM_HEADER_BYTES) {
    return malformed(`a header with a name of more than ${MAXIMUM_NAME_BYTES} bytes`);
  }
  const size = partBytes(kind, bytes, at);
  if (at + size > bytes.length) {
    const message = `the archive ends within a ${kind}: ${bytes.length - at} of ${size} bytes`;
    return { kind: "problem", code: "cut_off", message };
  }
  const end = at + size - CRC_BYTES;
  if (crc32(bytes.subarray(at, end)) !== view.getUint32(end, true)) {
    const message = `the checksum of a ${kind} is wrong`;
    return { kind: "problem", code: "checksum", message };
  }
  return decode(kind, bytes, at, end);
}

function decode(kind: PartKind, bytes: Uint8Array, at: number, end: number): Part | PartProblem {
  const view = viewOf(bytes);
  const word = (offset: number): number => view.getUint32(at + offset, true);
  const long = (offset: number): number => word(offset) + word(offset + 4) * 2 ** 32;
  const idOffset = at + (kind === "header" ? NAME_OFFSET - ID_BYTES : MAGIC_BYTES);
  const id = bytes.slice(idOffset, idOffset + ID_BYTES);
  if (kind === "header") {
    const version = view.getUint16(at + MAGIC_BYTES, true);
    if (version > VERSION) {
      const message = `version ${version} of the format, which is newer than ${VERSION}; use a newer program`;
      return { kind: "problem", code: "newer_version", message };
    }
    if (version !== VERSION) {
      return malformed(`a header of version ${version}`);
    }
    try {
      const name = bytes.subarray(at + NAME_OFFSET, end);
      return { kind, id, type: new TextDecoder("utf-8", { fatal: true }).decode(name) };
    } catch {
      return malformed("a header whose name of the type is not UTF-8");
    }
  }
  if (kind === "trailer") {
    const [index, size] = [long(12), long(20)];
    return Number.isSafeInteger(index) && Number.isSafeInteger(size)
      ? { kind, id, index, size }
      : malformed("a trailer with a number above 2^53 - 1");
  }
  const before = long(12);
  return Number.isSafeInteger(before)
    ? {
        kind,
        id,
        before,
        documents: word(20),
        size: word(24),
        stored: word(28),
        codec: word(32),
        checksum: word(36),
      }
    : malformed(`a ${kind} with a number above 2^53 - 1`);
}

function malformed(message: string): PartProblem {
  return { kind: "problem", code: "malformed", message };
}

/** Returns the bytes of a part, without its payload. */
export function writePart(part: Part): Uint8Array<ArrayBuffer> {
  const name = part.kind === "header" ? new TextEncoder().encode(part.type) : new Uint8Array();
  if (name.length > MAXIMUM_NAME_BYTES) {
    throw new RangeError(`the name of the type has more than ${MAXIMUM_NAME_BYTES} bytes`);
  }
  const size =
    part.kind === "header" ? NAME_OFFSET + name.length + CRC_BYTES : partBytes(part.kind, name, 0);
  const bytes = new Uint8Array(size);
  const view = viewOf(bytes);
  const word = (offset: number, value: number): void => view.setUint32(offset, value, true);
  const long = (offset: number, value: number): void => {
    word(offset, value % 2 ** 32);
    word(offset + 4, Math.floor(value / 2 ** 32));
  };
  bytes.set(MAGIC);
  bytes[MAGIC.length] = kinds[part.kind];
  if (part.kind === "header") {
    view.setUint16(MAGIC_BYTES, VERSION, true);
    view.setUint16(MAGIC_BYTES + 2, name.length, true);
    bytes.set(part.id, NAME_OFFSET - ID_BYTES);
    bytes.set(name, NAME_OFFSET);
  } else if (part.kind === "trailer") {
    bytes.set(part.id, MAGIC_BYTES);
    long(12, part.index);
    long(20, part.size);
  } else {
    bytes.set(part.id, MAGIC_BYTES);
    long(12, part.before);
    word(20, part.documents);
    word(24, part.size);
    word(28, part.stored);
    word(32, part.codec);
    word(36, part.checksum);
  }
  word(size - CRC_BYTES, crc32(bytes.subarray(0, size - CRC_BYTES)));
  return bytes;
}

/** A block in an index. */
export interface IndexEntry {
  /** Offset of the block from the start of the archive. */
  readonly offset: number;
  /** Number of documents in all blocks before it. */
  readonly before: number;
}

/** Returns the payload of an index. */
export function writeEntries(entries: readonly IndexEntry[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(entries.length * ENTRY_BYTES));
  for (const [index, { offset, before }] of entries.entries()) {
    view.setBigUint64(index * ENTRY_BYTES, BigInt(offset), true);
    view.setBigUint64(index * ENTRY_BYTES + 8, BigInt(before), true);
  }
  return new Uint8Array(view.buffer);
}

/** Reads the payload of an index; undefined if its numbers are not in ascending order. */
export function readEntries(payload: Uint8Array): IndexEntry[] | undefined {
  const view = viewOf(payload);
  const entries: IndexEntry[] = [];
  let last: IndexEntry = { offset: 0, before: -1 };
  for (let at = 0; at < payload.length; at += ENTRY_BYTES) {
    const offset = Number(view.getBigUint64(at, true));
    const before = Number(view.getBigUint64(at + 8, true));
    if (!(offset > last.offset && before > last.before)) {
      return undefined;
    }
    last = { offset, before };
    entries.push(last);
  }
  return entries;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
