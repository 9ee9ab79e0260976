import {
  NAME_COLON_MASK,
  NAME_INLINE_BYTES,
  NAME_INSTEAD,
  NAME_LENGTH,
  NAME_MASK,
  NAME_NEXT,
  NAME_SIZE,
  NAME_TEXT,
  NAME_VALUE,
  NAMES_BUCKETS,
  NAMES_ENTRIES,
  NAMES_KEY_MASK,
  NAMES_MULTIPLIER,
  NAMES_OFFSET,
  NAMES_SHIFT,
} from "../built/layout.js";
import type { TableBuilder } from "./builder.js";

const encoder = new TextEncoder();

const QUOTE = 0x22;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;
/** A byte that no UTF-8 text contains. */
const NO_UTF8_BYTE = 0xff;

/** A string to recognize in JSON, and its value. */
export interface NameEntry {
  readonly name: string;
  readonly value: number;
}

/** Writes a hash table of strings. The entries keep their order. Returns its place. */
export function addNames(table: TableBuilder, entries: readonly NameEntry[]): number {
  return addHashTable(table, entries, 0);
}

/**
 * Likewise for the names of an object's members. It has two extra entries: one for "end of object"
 * and one that matches nothing.
 */
export function addMemberNames(table: TableBuilder, entries: readonly NameEntry[]): number {
  return addHashTable(table, entries, 2);
}

function addHashTable(table: TableBuilder, entries: readonly NameEntry[], extra: number): number {
  const texts = entries.map(({ name }) => quotedBytes(name));
  const hash = findHash(texts);
  const place = table.allocate(NAMES_BUCKETS + 4 * 2 ** hash.bits);
  const first = table.allocate((entries.length + extra) * NAME_SIZE);
  table.setU32(place + NAMES_MULTIPLIER, hash.multiplier);
  table.setU32(place + NAMES_SHIFT, 32 - hash.bits);
  table.setU32(place + NAMES_ENTRIES, first);
  table.setU32(place + NAMES_OFFSET, hash.offset);
  table.setU32(place + NAMES_KEY_MASK, hash.mask);
  const buckets = new Map<number, number>();
  for (const [index, entry] of entries.entries()) {
    const text = texts[index] ?? new Uint8Array();
    const bucket = place + NAMES_BUCKETS + 4 * bucketOf(keyOf(text, hash), hash);
    const at = first + index * NAME_SIZE;
    writeEntry(table, at, entry, text);
    if (extra > 0) {
      table.setU32(at + NAME_INSTEAD, first + entries.length * NAME_SIZE);
    }
    table.setU32(at + NAME_NEXT, buckets.get(bucket) ?? 0);
    table.setU32(bucket, at);
    buckets.set(bucket, at);
  }
  for (let beyond = 0; beyond < extra; beyond++) {
    const at = first + (entries.length + beyond) * NAME_SIZE;
    table.setU8(at, NO_UTF8_BYTE);
    table.setU32(at + NAME_LENGTH, 1);
    table.setU32(at + NAME_MASK, 1);
    table.setU32(at + NAME_COLON_MASK, 1);
    table.setU32(at + NAME_INSTEAD, at);
  }
  return place;
}

function writeEntry(
  table: TableBuilder,
  at: number,
  { name, value }: NameEntry,
  text: Uint8Array,
): void {
  // A colon usually follows a member's name.
  const withColon = Uint8Array.of(...text, COLON);
  table.setBytes(at, withColon.subarray(0, NAME_INLINE_BYTES));
  table.setU32(at + NAME_COLON_MASK, 2 ** Math.min(withColon.length, NAME_INLINE_BYTES) - 1);
  table.setU32(at + NAME_LENGTH, text.length);
  table.setU32(at + NAME_MASK, 2 ** Math.min(text.length, NAME_INLINE_BYTES) - 1);
  table.setU32(at + NAME_VALUE, value);
  // A name is in the table once, with the comma and the colon that the output needs.
  const isPlain = text[0] === QUOTE;
  const place = isPlain ? table.addText(`,"${name}":`).place + 1 : table.addBytes(withColon);
  table.setU32(at + NAME_TEXT, place);
}

/**
 * Returns the name in quotes. If JSON cannot spell the name without escapes, the result matches
 * no text.
 */
function quotedBytes(name: string): Uint8Array {
  const bytes = encoder.encode(`"${name}"`);
  const special = bytes
    .subarray(1, -1)
    .some((byte) => byte === QUOTE || byte === BACKSLASH || byte < FIRST_PRINTABLE);
  if (special) {
    bytes[0] = 0;
  }
  return bytes;
}

/** The hash function of a set of names: it hashes some bytes of the name, with its quotes. */
interface NameHash {
  readonly offset: number;
  readonly mask: number;
  readonly multiplier: number;
  readonly bits: number;
}

function keyOf(text: Uint8Array, { offset, mask }: Pick<NameHash, "offset" | "mask">): number {
  if (text.length === 2) {
    // The empty name consists of its quotes only.
    return EMPTY_KEY & mask;
  }
  const byteAt = (index: number): number => text[offset + index] ?? 0;
  return (byteAt(0) | (byteAt(1) << 8) | (byteAt(2) << 16) | (byteAt(3) << 24)) & mask;
}

/** Computes the bucket of a key as the kernel does. */
function bucketOf(
  key: number,
  { multiplier, bits }: Pick<NameHash, "multiplier" | "bits">,
): number {
  return Math.imul(key, multiplier) >>> (32 - bits);
}

/** The two quotes of the empty name. */
const EMPTY_KEY = 0x2222;
/** Masks of the bytes that are hashed: a name of one character has only three, with its quotes. */
const THREE_BYTES = 0xffffff;
const FOUR_BYTES = 0xffffffff;
const ATTEMPTS = 256;
/** The kernel can read this far past the end of any text. */
const LARGEST_OFFSET = 24;

/**
 * Finds the offset of the four bytes that differ most among the names, and the multiplier with
 * the fewest collisions.
 */
function findHash(texts: readonly Uint8Array[]): NameHash {
  const bits = Math.max(1, Math.ceil(Math.log2(texts.length * 2 + 1)));
  const shortest = Math.min(...texts.map(({ length }) => (length === 2 ? Infinity : length)));
  const mask = shortest < 4 ? THREE_BYTES : FOUR_BYTES;
  const last = Math.min(LARGEST_OFFSET, Math.max(0, shortest - 4));
  let offset = 0;
  let most = 0;
  for (let candidate = 0; candidate <= last && most < texts.length; candidate++) {
    const keys = new Set(texts.map((text) => keyOf(text, { offset: candidate, mask })));
    if (keys.size > most) {
      most = keys.size;
      offset = candidate;
    }
  }
  const keys = texts.map((text) => keyOf(text, { offset, mask }));
  let best: NameHash = { offset, mask, multiplier: 1, bits };
  let fewest = Number.POSITIVE_INFINITY;
  let multiplier = 0x9e3779b1;
  for (let attempt = 0; attempt < ATTEMPTS && fewest > texts.length - most; attempt++) {
    multiplier = ((Math.imul(multiplier, 0x915f77f5) + 0x6c078965) | 1) >>> 0;
    const hash = { offset, mask, multiplier, bits };
    const collisions = keys.length - new Set(keys.map((key) => bucketOf(key, hash))).size;
    if (collisions < fewest) {
      fewest = collisions;
      best = hash;
    }
  }
  return best;
}
