import { BACKSLASH, QUOTE, SPACE } from "./characters";
import { DUPLICATE_MEMBER, LONE_SURROGATE, SCRATCH_FULL } from "./codes";
import { escapeLength, readEscape, writeCodePoint } from "./escape";
import {
  NAME_COLON_MASK,
  NAME_LENGTH,
  NAME_MASK,
  NAME_NEXT,
  NAME_TEXT,
  NAMES_BUCKETS,
  NAMES_ENTRIES,
  NAMES_KEY_MASK,
  NAMES_MULTIPLIER,
  NAMES_OFFSET,
  NAMES_SHIFT,
} from "./layout";
import { MARK, scanString, stringEscaped, stringLone } from "./scan-string";
import { code, fail, setDoubtful, setTop, take, top } from "./state";
import { LEAD_3, LEAD_4, NEXT_BITS, NEXT_SIZE, NOT_ASCII } from "./utf8-bytes";
import { BLOCK, same16, sameBytes } from "./vector";

/** Offset of the closing quote of the last name looked up, with `MARK` if the name has escapes. */
export let nameEnd: u32 = 0;

/** The seed of the hash of names. Hosts set it at random to make collisions hard to provoke. */
let seed: u64 = 0x9e3779b97f4a7c15;

export function setSeed(value: u64): void {
  seed = value;
}

/** The result of `lookup` for invalid text. */
export const NO_NAME: usize = 1;

/** Whether the JSON text at `from`, quotes included, is this name. */
// @inline
export function isName(from: usize, name: usize): bool {
  if (ASC_FEATURE_SIMD) {
    const mask = load<u32>(name, NAME_MASK);
    const same = same16(from, name);
    return (same & mask) === (mask & 0xffff) && (mask < 0x10000 || isLongName(from, name, mask));
  }
  const length = load<u32>(name, NAME_LENGTH);
  return length <= 32
    ? sameBytes(from, name, length)
    : sameBytes(from, load<u32>(name, NAME_TEXT), length);
}

/** Whether the bytes after the first 16 are equal. */
function isLongName(from: usize, name: usize, mask: u32): bool {
  const high = mask >> 16;
  if ((same16(from + 16, name + 16) & high) !== high) {
    return false;
  }
  const length = load<u32>(name, NAME_LENGTH);
  return length <= 32 || sameBytes(from + 32, load<u32>(name, NAME_TEXT) + 32, length - 32);
}

/**
 * Whether the JSON text at `from`, quotes included, is this name and the name is short: the part
 * of `isName` that needs no call.
 */
// @inline
export function isShortName(from: usize, name: usize): bool {
  return isSame32(from, name, load<u32>(name, NAME_MASK), false);
}

/** Like `isShortName`, for the name with its quotes and a colon. */
// @inline
export function isExpectedName(from: usize, name: usize): bool {
  return isSame32(from, name, load<u32>(name, NAME_COLON_MASK), true);
}

// @inline
function isSame32(from: usize, name: usize, mask: u32, withColon: bool): bool {
  if (ASC_FEATURE_SIMD) {
    let other = (same16(from, name) & mask) ^ (mask & 0xffff);
    if (mask > 0xffff) {
      other |= otherBytes(from, name, mask);
    }
    return other === 0;
  }
  const length = load<u32>(name, NAME_LENGTH) + <u32>withColon;
  return length <= LONGEST_SHORT && sameBytes(from, name, length);
}

// @inline
function otherBytes(from: usize, name: usize, mask: u32): u32 {
  const high = mask >> 16;
  const other = (i8x16.bitmask(i8x16.eq(v128.load(from, 16), v128.load(name, 16))) & high) ^ high;
  return other | <u32>(load<u32>(name, NAME_LENGTH) >= LONGEST_SHORT);
}

/** The largest size of a short name, with its quotes and a colon. */
const LONGEST_SHORT: u32 = 32;

/** Like `find`, for short names; also returns 0 if the name is long. */
// @inline
export function findShort(from: usize, names: usize): usize {
  const key = load<u32>(from + load<u32>(names, NAMES_OFFSET)) & load<u32>(names, NAMES_KEY_MASK);
  const bucket = (key * load<u32>(names, NAMES_MULTIPLIER)) >> load<u32>(names, NAMES_SHIFT);
  let entry: usize = load<u32>(names + ((<usize>bucket) << 2), NAMES_BUCKETS);
  while (entry && !isShortName(from, entry)) {
    entry = load<u32>(entry, NAME_NEXT);
  }
  return entry;
}

/**
 * Finds the string at `from` in `names`. Returns its entry, or 0 if it is not among them;
 * `NO_NAME` if it is not a string, or if it has a lone surrogate and `strict` is set.
 */
export function lookup(from: usize, names: usize, strict: bool): usize {
  const entry = find(from, names);
  if (entry) {
    nameEnd = <u32>from + load<u32>(entry, NAME_LENGTH) - 1;
    return entry;
  }
  return lookupSlowly(from, names, strict);
}

/** Like `lookup`, for a set of one name that is not strict. */
export function isOnlyName(from: usize, names: usize): usize {
  const entry: usize = load<u32>(names, NAMES_ENTRIES);
  if (isShortName(from, entry)) {
    nameEnd = <u32>from + load<u32>(entry, NAME_LENGTH) - 1;
    return entry;
  }
  const end = scanString(from);
  if (end && !stringEscaped && load<u32>(entry, NAME_LENGTH) !== end - from) {
    nameEnd = end - 1;
    return 0;
  }
  return end ? lookup(from, names, false) : NO_NAME;
}

/** How many bytes after an unescaped name may be read to find it, and written to unescape it. */
const READ_AHEAD: usize = 128;

/** Looks up a string that matched no name byte by byte: it may have escapes. */
function lookupSlowly(from: usize, names: usize, strict: bool): usize {
  const end = scanString(from);
  if (!end) {
    return NO_NAME;
  }
  nameEnd = end - 1;
  if (!stringEscaped) {
    return 0;
  }
  nameEnd |= MARK;
  if (stringLone) {
    return strict ? fail(LONE_SURROGATE, from) | NO_NAME : 0;
  }
  const plain = take(end - from + READ_AHEAD);
  if (!plain) {
    return NO_NAME;
  }
  const plainEnd = unescapeString(plain + 1, from + 1, end - 1);
  quotePlain(plain + 1, plainEnd);
  setTop(plain);
  return findWhole(plain, plainEnd + 1, names);
}

/**
 * Finds the unescaped text from `from` to `end` in `names`. Returns its entry, or 0. Temporarily
 * overwrites the bytes around the text with quotes.
 */
export function findPlain(from: usize, end: usize, names: usize): usize {
  const before = load<u8>(from - 1);
  const after = load<u8>(end);
  quotePlain(from, end);
  const entry = findWhole(from - 1, end + 1, names);
  store<u8>(from - 1, before);
  store<u8>(end, after);
  return entry;
}

/**
 * Puts quotes around unescaped text. Names that JSON cannot spell without escapes have a zero
 * instead of the opening quote in the table, so that no other text matches them.
 */
function quotePlain(from: usize, end: usize): void {
  let special = false;
  for (let at = from; at < end; at++) {
    const byte = load<u8>(at);
    special = special || byte < SPACE || byte === QUOTE || byte === BACKSLASH;
  }
  store<u8>(from - 1, special ? 0 : QUOTE);
  store<u8>(end, QUOTE);
}

/**
 * Returns the entry that equals the string at `from`, quotes included, byte by byte; 0 if there
 * is none.
 */
export function find(from: usize, names: usize): usize {
  let entry = firstEntry(from, names);
  while (entry && !isName(from, entry)) {
    entry = load<u32>(entry, NAME_NEXT);
  }
  return entry;
}

/**
 * Like `find`, for text that is not escaped and ends at `end`: it may contain quotes, so that it may
 * begin like a shorter name, or a longer name like it.
 */
function findWhole(from: usize, end: usize, names: usize): usize {
  const length = <u32>(end - from);
  let entry = firstEntry(from, names);
  while (entry && (load<u32>(entry, NAME_LENGTH) !== length || !isName(from, entry))) {
    entry = load<u32>(entry, NAME_NEXT);
  }
  return entry;
}

/** Returns the first entry of the bucket of the string at `from`. */
// @inline
function firstEntry(from: usize, names: usize): usize {
  const key =
    load<u16>(from) === EMPTY
      ? EMPTY
      : load<u32>(from + load<u32>(names, NAMES_OFFSET)) & load<u32>(names, NAMES_KEY_MASK);
  const bucket = (key * load<u32>(names, NAMES_MULTIPLIER)) >> load<u32>(names, NAMES_SHIFT);
  return load<u32>(names + ((<usize>bucket) << 2), NAMES_BUCKETS);
}

/** The empty string, quotes included. */
const EMPTY: u32 = 0x2222;

/**
 * Unescapes the text from `from` to its closing quote at `end`; it must have no lone surrogate.
 * Returns the end of the output.
 */
export function unescapeString(to: usize, from: usize, end: usize): usize {
  while (from < end) {
    const byte = load<u8>(from);
    if (byte === BACKSLASH) {
      to = writeCodePoint(to, readEscape(from));
      from += escapeLength;
    } else {
      store<u8>(to++, byte);
      from++;
    }
  }
  return to;
}

/**
 * Whether all names are different. There is one record in every `stride` bytes; it begins with
 * the start and the end of the name.
 */
export function checkNames(records: usize, count: usize, stride: usize): bool {
  return count < 2 || compareNames(records, count, stride, false);
}

/**
 * Merges records with equal names: the first gets the second half of the last one's record, and
 * the others get an end of 0. Returns false if there is no room.
 */
export function mergeNames(records: usize, count: usize, stride: usize): bool {
  return count < 2 || compareNames(records, count, stride, true);
}

const FEW: usize = 8;

function compareNames(records: usize, count: usize, stride: usize, merge: bool): bool {
  if (count > FEW) {
    return compareManyNames(records, count, stride, merge);
  }
  const end = records + count * stride;
  for (let record = records + stride; record < end; record += stride) {
    for (let other = records; other < record; other += stride) {
      if (sameName(record, other)) {
        if (!foundSame(other, record, merge)) {
          return false;
        }
        break;
      }
    }
  }
  return true;
}

function foundSame(first: usize, second: usize, merge: bool): bool {
  if (!merge) {
    fail(DUPLICATE_MEMBER, load<u32>(second) - 1);
    return false;
  }
  setDoubtful();
  store<u64>(first, load<u64>(second, 8), 8);
  store<u32>(second, 0, 4);
  return true;
}

function compareManyNames(records: usize, count: usize, stride: usize, merge: bool): bool {
  const bits = 33 - clz(<u32>count);
  const mask: u32 = (1 << bits) - 1;
  // A bucket holds the index of a name and half of its hash.
  const size = (<usize>8) << bits;
  const buckets = take(size);
  if (!buckets) {
    return false;
  }
  memory.fill(buckets, 0, size);
  for (let i: usize = 0; i < count; i++) {
    const record = records + i * stride;
    const hash = hashName(record);
    if (code === SCRATCH_FULL) {
      return false;
    }
    let place = <u32>hash & mask;
    const check = <u32>(hash >> 32);
    while (true) {
      const bucket = buckets + ((<usize>place) << 3);
      const taken = load<u32>(bucket);
      if (!taken) {
        store<u32>(bucket, i + 1);
        store<u32>(bucket, check, 4);
        break;
      }
      const first = records + (taken - 1) * stride;
      if (load<u32>(bucket, 4) === check && sameName(first, record)) {
        if (!foundSame(first, record, merge)) {
          return false;
        }
        break;
      }
      place = (place + 1) & mask;
    }
  }
  setTop(buckets);
  return true;
}

function sameName(a: usize, b: usize): bool {
  const aEnd = load<u32>(a, 4);
  const bEnd = load<u32>(b, 4);
  const aStart: usize = load<u32>(a);
  const bStart: usize = load<u32>(b);
  if ((aEnd | bEnd) & MARK) {
    return samePoints(aStart, aEnd & ~MARK, bStart, bEnd & ~MARK);
  }
  const length = aEnd - aStart;
  return bEnd - bStart === length && sameBytes(aStart, bStart, length);
}

/** Compares two names, at least one of which has escapes. */
function samePoints(a: usize, aEnd: usize, b: usize, bEnd: usize): bool {
  while (a < aEnd && b < bEnd) {
    const left = readPoint(a);
    a += pointLength;
    const right = readPoint(b);
    b += pointLength;
    if (left !== right) {
      return false;
    }
  }
  return a === aEnd && b === bEnd;
}

let pointLength: usize = 0;

/** Returns the code point at `from`, which may be escaped. */
function readPoint(from: usize): u32 {
  const first = load<u8>(from);
  if (first === BACKSLASH) {
    const point = readEscape(from);
    pointLength = escapeLength;
    return point;
  }
  if (first < NOT_ASCII) {
    pointLength = 1;
    return first;
  }
  pointLength = first < LEAD_3 ? 2 : first < LEAD_4 ? 3 : 4;
  // The first byte has as many high bits set as there are bytes, and then a zero.
  let point: u32 = first & (0x7f >> <u8>pointLength);
  for (let i: usize = 1; i < pointLength; i++) {
    point = (point << NEXT_SIZE) | (load<u8>(from + i) & NEXT_BITS);
  }
  return point;
}

function hashName(record: usize): u64 {
  const at: usize = load<u32>(record);
  const end = load<u32>(record, 4);
  if (end & MARK) {
    // Unescapes the name first: the hash must not depend on the spelling.
    const plain = top;
    const size = (end & ~MARK) - at;
    if (!take(size + BLOCK)) {
      return 0;
    }
    const plainEnd = unescapeString(plain, at, end & ~MARK);
    setTop(plain);
    return hashBytes(plain, plainEnd - plain);
  }
  return hashBytes(at, end - at);
}

function hashBytes(at: usize, size: usize): u64 {
  let hash = seed ^ size;
  while (size >= 8) {
    hash = mix(hash ^ load<u64>(at));
    at += 8;
    size -= 8;
  }
  if (size) {
    hash = mix(hash ^ (load<u64>(at) << ((8 - <u64>size) << 3)));
  }
  return hash;
}

// @inline
function mix(value: u64): u64 {
  value = (value ^ (value >> 32)) * 0xd6e8feb86659fd93;
  value = (value ^ (value >> 29)) * 0xff51afd7ed558ccd;
  return value ^ (value >> 32);
}
