import { crc32 } from "node:zlib";
import { ArchiveLayout, type BlockContent } from "@stepwire/wire/archive-layout";
import { writePart } from "@stepwire/wire/internal";
import { storedZstd } from "../streams/envelopes.js";
import { deriveArchive, type ReadArchive, type WrittenArchive, writeArchive } from "./derive.js";
import type { ArchiveVectorFile } from "./format.js";

const TYPE = "a.B";
const ID = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const OTHER_ID = Uint8Array.of(8, 7, 6, 5, 4, 3, 2, 1);

/** Returns messages with these numbers in field 1. */
const numbers = (...values: readonly number[]): Uint8Array[] =>
  values.map((value) => Uint8Array.of(8, value));

/** Returns a message with a text of this size in field 2. */
function text(size: number): Uint8Array {
  const letters = new Uint8Array(size).fill(0x61);
  return Uint8Array.of(0x12, (size % 128) + 128, Math.floor(size / 128), ...letters);
}

const example: WrittenArchive = {
  name: "two documents",
  type: TYPE,
  id: ID,
  blocks: [numbers(1, 2)],
};

const written: readonly WrittenArchive[] = [
  example,
  { ...example, name: "no documents", blocks: [] },
  { ...example, name: "three blocks", blocks: [numbers(1, 2), numbers(3), numbers(4, 5)] },
  { ...example, name: "an unknown type", type: "" },
  { ...example, name: "a type that is not ASCII", type: "\u00e9.\u00c9" },
  {
    ...example,
    name: "empty documents",
    blocks: [[new Uint8Array(), ...numbers(1), new Uint8Array()]],
  },
  { ...example, name: "sizes of two bytes", blocks: [[text(130), text(300)], numbers(1)] },
  {
    ...example,
    name: "a document that is an archive",
    blocks: [[writeArchive({ ...example, id: OTHER_ID })], numbers(1)],
  },
];

/** A block to put into an archive. */
type Block = Partial<BlockContent> & { readonly payload: Uint8Array };

/** Returns a block of size-delimited documents. */
function block(documents: readonly Uint8Array[], others: Partial<Block> = {}): Block {
  const payload = delimited(documents);
  return { documents: documents.length, size: payload.length, payload, ...others };
}

function delimited(documents: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat(documents.flatMap((each) => [Uint8Array.of(each.length), each]));
}

/** Returns an archive whose blocks say what they are given. */
function archiveOf(blocks: readonly Block[], id = ID): Uint8Array {
  const layout = new ArchiveLayout(TYPE, id);
  const parts = blocks.flatMap(({ payload, ...others }) => [
    layout.addBlock({
      documents: 1,
      size: payload.length,
      stored: payload.length,
      codec: 0,
      checksum: crc32(payload),
      ...others,
    }),
    payload,
  ]);
  return Buffer.concat([layout.take(parts), layout.end()]);
}

const zstd = (documents: readonly Uint8Array[], others: Partial<Block> = {}): Block =>
  block(documents, { codec: 1, payload: storedZstd([delimited(documents)]), ...others });

/** Two documents of 62 bytes, of letters a and b, as zstd compresses them at level 3. */
const REAL_ZSTD: Block = {
  documents: 2,
  size: 126,
  codec: 1,
  payload: Buffer.from("28b52ffd207e850000403e123c613e123c6202000012810488", "hex"),
};

const whole = writeArchive({ ...example, blocks: [numbers(1, 2), numbers(3), numbers(4, 5)] });
/** Offsets of the parts of `whole`: the blocks have payloads of 6, 3 and 6 bytes. */
const [BLOCK_1, BLOCK_2, BLOCK_3, INDEX, TRAILER] = [23, 73, 120, 170, 262] as const;
const other = writeArchive({
  ...example,
  type: "a.C",
  id: OTHER_ID,
  blocks: [numbers(6), numbers(7)],
});

/** Returns `whole` with one byte changed. */
function flipped(offset: number): Uint8Array {
  return whole.map((byte, index) => (index === offset ? byte ^ 0x10 : byte));
}

/** Returns `whole` without the bytes from one offset to another. */
function without(start: number, end: number): Uint8Array {
  return Buffer.concat([whole.subarray(0, start), whole.subarray(end)]);
}

/** Returns `whole` with other bytes at an offset. */
function replaced(offset: number, bytes: Uint8Array): Uint8Array {
  return Buffer.concat([whole.subarray(0, offset), bytes, whole.subarray(offset + bytes.length)]);
}

const head = { id: ID, codec: 0 } as const;
/** The index of `whole`, with its right numbers. */
const index = { kind: "index", ...head, before: 5, documents: 3, size: 48, stored: 48 } as const;
const checksum = crc32(whole.subarray(INDEX + 44, TRAILER));
const trailer = { kind: "trailer", id: ID, index: INDEX, size: TRAILER + 32 } as const;
const header = writePart({ kind: "header", id: ID, type: TYPE });

/** Returns a header with its version, the size of its name, and other bytes of the name. */
function headerOf(version: number, size: number, name = TYPE): Uint8Array {
  const bytes = Buffer.concat([
    header.subarray(0, 16),
    Buffer.from(name, "latin1"),
    Buffer.alloc(4),
  ]);
  bytes.writeUInt16LE(version, 4);
  bytes.writeUInt16LE(size, 6);
  bytes.writeUInt32LE(crc32(bytes.subarray(0, -4)), bytes.length - 4);
  return bytes;
}

/** An archive as a document, which a reader must not take for a part of the archive it reads. */
const inner = writeArchive({ ...example, id: OTHER_ID, blocks: [] });
const withInner = archiveOf([block(numbers(1)), block([...numbers(2), inner]), block(numbers(3))]);
/** Offset of the payload of the block with `inner`, and of the block after it. */
const INNER_PAYLOAD = 23 + 44 + 3 + 44;
const AFTER_ARCHIVE = INNER_PAYLOAD + 3 + 1 + inner.length;
const damagedAfterArchive = withInner.map((byte, at) => (at === INNER_PAYLOAD ? byte ^ 1 : byte));

const afterHeader = whole.subarray(BLOCK_1);
const small = { maxBlockBytes: 50 };

const read: readonly ReadArchive[] = [
  { name: "no bytes", archive: new Uint8Array() },
  { name: "zstd", archive: archiveOf([zstd(numbers(1, 2)), block(numbers(3)), zstd(numbers(4))]) },
  { name: "zstd of level 3", archive: archiveOf([REAL_ZSTD]) },
  { name: "two archives", archive: Buffer.concat([whole, other]) },
  {
    name: "archives without documents",
    archive: Buffer.concat([archiveOf([]), whole, archiveOf([], OTHER_ID)]),
  },
  {
    name: "a block of the largest size",
    archive: archiveOf([block(numbers(...Array(16).keys()), {})]),
    options: small,
  },
  { name: "error: a newer version", archive: Buffer.concat([headerOf(2, 3), afterHeader]) },
  { name: "error: version 0", archive: Buffer.concat([headerOf(0, 3), afterHeader]) },
  { name: "error: a name of 1025 bytes", archive: Buffer.concat([headerOf(1, 1025), afterHeader]) },
  {
    name: "error: a name that is not UTF-8",
    archive: Buffer.concat([headerOf(1, 3, "a.\xff"), afterHeader]),
  },
  { name: "error: a damaged header", archive: flipped(17) },
  { name: "error: a damaged identifier in the header", archive: flipped(9) },
  { name: "error: a header that is cut off", archive: whole.subarray(0, 20) },
  { name: "error: no block and no index", archive: header },
  { name: "error: a damaged description of a block", archive: flipped(BLOCK_2 + 20) },
  { name: "error: damaged first bytes of a block", archive: flipped(BLOCK_2) },
  { name: "error: a damaged payload", archive: flipped(BLOCK_2 + 45) },
  { name: "error: a damaged first block", archive: flipped(BLOCK_1 + 44) },
  { name: "error: a damaged last block", archive: flipped(BLOCK_3 + 44) },
  {
    name: "error: two damaged blocks",
    archive: flipped(BLOCK_1 + 44).map((byte, at) => (at === BLOCK_3 + 44 ? 0 : byte)),
  },
  {
    name: "error: a damaged payload with a document that is an archive",
    archive: damagedAfterArchive,
  },
  {
    name: "error: a damaged payload with an archive, before a damaged description",
    archive: damagedAfterArchive.map((byte, at) => (at === AFTER_ARCHIVE + 20 ? byte ^ 2 : byte)),
  },
  {
    name: "error: a block that is too large, with a document that is an archive",
    archive: archiveOf([block(numbers(1)), block([inner]), block(numbers(3))]),
    options: small,
  },
  {
    name: "error: a block of fewer documents than there are, of which one is an archive",
    archive: archiveOf([
      block(numbers(1)),
      block([inner, ...numbers(2)], { documents: 1 }),
      block(numbers(4)),
    ]),
  },
  { name: "error: a missing block", archive: without(BLOCK_2, BLOCK_3) },
  {
    name: "error: a block that comes again",
    archive: Buffer.concat([whole.subarray(0, BLOCK_3), whole.subarray(BLOCK_2)]),
  },
  {
    name: "error: a block of another archive",
    archive: replaced(
      BLOCK_2,
      archiveOf([block(numbers(1, 2)), block(numbers(9))], OTHER_ID).subarray(BLOCK_2, BLOCK_3),
    ),
  },
  { name: "error: a description that is cut off", archive: whole.subarray(0, BLOCK_2 + 43) },
  { name: "error: a block without payload", archive: whole.subarray(0, BLOCK_3 + 44) },
  { name: "error: a payload that is cut off", archive: whole.subarray(0, BLOCK_3 + 49) },
  {
    name: "error: a payload of zstd that is cut off",
    archive: archiveOf([block(numbers(1)), zstd(numbers(2, 3))]).subarray(0, 130),
  },
  {
    name: "error: a block of no documents",
    archive: archiveOf([block(numbers(1)), block([], { payload: Uint8Array.of(0), size: 1 })]),
  },
  {
    name: "error: a block of more documents than bytes",
    archive: archiveOf([block(numbers(1)), block(numbers(2), { documents: 4 })]),
  },
  {
    name: "error: a block of more documents than there are",
    archive: archiveOf([
      block(numbers(1)),
      block(numbers(2, 3), { documents: 3 }),
      block(numbers(4)),
    ]),
  },
  {
    name: "error: a block of fewer documents than there are",
    archive: archiveOf([block(numbers(1)), block(numbers(2, 3), { documents: 1 })]),
  },
  {
    name: "error: a document that reaches beyond its block",
    archive: archiveOf([
      block(numbers(1)),
      { payload: Uint8Array.of(1, 8, 4, 8, 2), documents: 2 },
    ]),
  },
  {
    name: "error: two sizes without a codec",
    archive: archiveOf([block(numbers(1)), block(numbers(2), { size: 4 })]),
  },
  {
    name: "error: an unknown codec",
    archive: archiveOf([block(numbers(1)), block(numbers(2), { codec: 7 })]),
  },
  {
    name: "error: a payload that is not zstd",
    archive: archiveOf([block(numbers(1)), block(numbers(2), { codec: 1 }), block(numbers(3))]),
  },
  {
    name: "error: zstd that expands to more",
    archive: archiveOf([zstd(numbers(1, 2), { size: 5 })]),
  },
  {
    name: "error: zstd that expands to less",
    archive: archiveOf([zstd(numbers(1, 2), { size: 7 })]),
  },
  {
    name: "error: a block that is too large",
    archive: archiveOf([block(numbers(1)), block(numbers(...Array(17).keys())), block(numbers(3))]),
    options: small,
  },
  {
    name: "error: a block that is too large when it is expanded",
    archive: archiveOf([zstd(numbers(1), { size: 2 ** 32 - 1 }), block(numbers(2))]),
  },
  {
    name: "error: an index of another number of blocks",
    archive: replaced(INDEX, writePart({ ...index, checksum, documents: 2 })),
  },
  {
    name: "error: an index of another number of documents",
    archive: replaced(INDEX, writePart({ ...index, checksum, before: 6 })),
  },
  {
    name: "error: an index of another size",
    archive: replaced(INDEX, writePart({ ...index, checksum, size: 32 })),
  },
  {
    name: "error: an index with a codec",
    archive: replaced(INDEX, writePart({ ...index, checksum, codec: 1 })),
  },
  { name: "error: a damaged index", archive: flipped(INDEX + 50) },
  { name: "error: a damaged description of the index", archive: flipped(INDEX + 12) },
  { name: "error: no index", archive: whole.subarray(0, INDEX) },
  { name: "error: an index that is cut off", archive: whole.subarray(0, INDEX + 60) },
  { name: "error: no trailer", archive: whole.subarray(0, TRAILER) },
  { name: "error: a trailer that is cut off", archive: whole.subarray(0, -1) },
  { name: "error: a damaged trailer", archive: flipped(TRAILER + 13) },
  {
    name: "error: a trailer with another place of the index",
    archive: replaced(TRAILER, writePart({ ...trailer, index: INDEX + 1 })),
  },
  {
    name: "error: a trailer with another size",
    archive: replaced(TRAILER, writePart({ ...trailer, size: INDEX })),
  },
  {
    name: "error: a trailer of another archive",
    archive: replaced(TRAILER, writePart({ ...trailer, id: OTHER_ID })),
  },
  { name: "error: a trailer in place of a block", archive: without(BLOCK_1, TRAILER) },
  {
    name: "error: bytes after an archive",
    archive: Buffer.concat([whole, Buffer.from("08 01 ff ff")]),
  },
  { name: "error: one byte after an archive", archive: Buffer.concat([whole, Uint8Array.of(0)]) },
  {
    name: "error: a block after an archive",
    archive: Buffer.concat([whole, whole.subarray(BLOCK_3, INDEX)]),
  },
  {
    name: "error: an archive that is cut off, and another one",
    archive: Buffer.concat([whole.subarray(0, BLOCK_3 + 47), other]),
  },
  {
    name: "error: blocks without index and trailer, and another archive",
    archive: Buffer.concat([whole.subarray(0, BLOCK_3), other]),
  },
  {
    name: "error: two archives, the second with a damaged header",
    archive: Buffer.concat([whole, other.map((byte, at) => (at === 5 ? 1 : byte))]),
  },
];

const plain = delimited(numbers(1, 2));

const sizeDelimited: readonly ReadArchive[] = [
  { name: "two size-delimited documents", archive: plain },
  { name: "size-delimited empty documents", archive: Uint8Array.of(0, 0) },
  { name: "a size with unnecessary bytes", archive: Uint8Array.of(0x82, 0x80, 0, 8, 1) },
  { name: "error: a document that is cut off", archive: plain.subarray(0, -1) },
  { name: "error: a size that is cut off", archive: Buffer.concat([plain, Uint8Array.of(0x80)]) },
  {
    name: "error: a size of 11 bytes",
    archive: Buffer.concat([plain, new Uint8Array(10).fill(0x80), Uint8Array.of(0)]),
  },
  {
    name: "error: a document that is too large",
    archive: Buffer.concat([plain, delimited([text(50)])]),
    options: { maxBytes: 40 },
  },
  { name: "error: first bytes of an archive that are cut off", archive: whole.subarray(0, 3) },
];

/** Returns the vectors for readers and writers. */
export async function archiveVectors(): Promise<ArchiveVectorFile[]> {
  return [
    {
      topic: "archives/written",
      about: "Archives that writers write and readers read.",
      cases: await Promise.all(written.map(deriveArchive)),
    },
    {
      topic: "archives/read",
      about: "Other archives for readers, and archives that are damaged.",
      cases: await Promise.all(read.map(deriveArchive)),
    },
    {
      topic: "archives/delimited",
      about: "Size-delimited documents, without an archive around them.",
      cases: await Promise.all(sizeDelimited.map(deriveArchive)),
    },
  ];
}
