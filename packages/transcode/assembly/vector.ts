import { BACKSLASH, CARRIAGE_RETURN, LINE_FEED, QUOTE, SPACE, TAB } from "./characters";

// Code that differs between the builds with and without SIMD; that for digits and UTF-8 is in
// vector-digits.ts and vector-utf8.ts. `ASC_FEATURE_SIMD` is a constant of the compiler, which drops
// the other branch.

/** How many bytes a step of a scan takes. */
export const BLOCK: usize = ASC_FEATURE_SIMD ? 16 : 8;

// Constants are loaded from memory: V8 needs three instructions for each use of a literal vector,
// and one for a load.
const BACKSLASHES: usize = memory.data<u64>([0x5c5c5c5c5c5c5c5c, 0x5c5c5c5c5c5c5c5c], 16);
const BLANKS: usize = memory.data<u64>([0x2020202020202020, 0x2020202020202020], 16);
const TWOS: usize = memory.data<u64>([0x0202020202020202, 0x0202020202020202], 16);
export const LOW_NIBBLES: usize = memory.data<u64>([0x0f0f0f0f0f0f0f0f, 0x0f0f0f0f0f0f0f0f], 16);
/**
 * JSON's white space, indexed by its low four bits. Other entries hold a byte that cannot match
 * there.
 */
const SPACES: usize = memory.data<u8>(
  [0x20, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x09, 0x0a, 0xff, 0xff, 0x0d, 0xff, 0],
  16,
);

const ONES: u64 = 0x0101010101010101;
const HIGHS: u64 = 0x8080808080808080;

/** Returns a mask with the high bit of every zero byte of `value`; exact up to the first one. */
// @inline
function zeroBytes(value: u64): u64 {
  return (value - ONES) & ~value & HIGHS;
}

/** The bytes that a scan found, as a mask: 16 bits, or, without SIMD, the high bits of 8 bytes. */
type Found = u64;

/** Finds the bytes that end a JSON string or need an escape in it. */
// @inline
function specialIn(block: v128): v128 {
  return v128.or(backslashesIn(block), endsIn(block));
}

/** Like `findSpecial`; also copies the BLOCK bytes. */
// @inline
export function copySpecial(to: usize, from: usize): Found {
  if (ASC_FEATURE_SIMD) {
    const block = v128.load(from);
    v128.store(to, block);
    return <u64>(<u32>i8x16.bitmask(specialIn(block)));
  }
  copyBlock(to, from);
  return findSpecial(from);
}

/** How many bytes a step of `copySpecialWide` takes. */
export const WIDE: usize = ASC_FEATURE_SIMD ? 32 : 8;

/** Like `copySpecial`, for WIDE bytes. */
// @inline
export function copySpecialWide(to: usize, from: usize): Found {
  if (ASC_FEATURE_SIMD) {
    const low = v128.load(from);
    const high = v128.load(from, 16);
    v128.store(to, low);
    v128.store(to, high, 16);
    const found =
      <u32>i8x16.bitmask(specialIn(low)) | ((<u32>i8x16.bitmask(specialIn(high))) << 16);
    return <u64>found;
  }
  return copySpecial(to, from);
}

/** Joins the bits of four blocks. */
// @inline
function join64(a: v128, b: v128, c: v128, d: v128): u64 {
  const low = <u32>i8x16.bitmask(a) | ((<u32>i8x16.bitmask(b)) << 16);
  const high = <u32>i8x16.bitmask(c) | ((<u32>i8x16.bitmask(d)) << 16);
  return <u64>low | ((<u64>high) << 32);
}

// @inline
function backslashesIn(block: v128): v128 {
  return i8x16.eq(block, v128.load(BACKSLASHES));
}

// @inline
function endsIn(block: v128): v128 {
  // With the second bit flipped, the quote is adjacent to the controls, so one comparison covers
  // all of them.
  const turned = v128.xor(block, v128.load(TWOS));
  return i8x16.eq(i8x16.min_u(turned, v128.load(BLANKS)), turned);
}

/** Finds the special ones of the next 64 bytes. Only for the build with SIMD. */
// @inline
export function findSpecial64(from: usize): u64 {
  return join64(
    specialIn(v128.load(from)),
    specialIn(v128.load(from, 16)),
    specialIn(v128.load(from, 32)),
    specialIn(v128.load(from, 48)),
  );
}

/** Returns a bit for each backslash of the next 64 bytes. Only for the build with SIMD. */
// @inline
export function findBackslashes64(from: usize): u64 {
  return join64(
    backslashesIn(v128.load(from)),
    backslashesIn(v128.load(from, 16)),
    backslashesIn(v128.load(from, 32)),
    backslashesIn(v128.load(from, 48)),
  );
}

const ODD_BITS: u64 = 0xaaaaaaaaaaaaaaaa;

/**
 * Finds which of 64 bytes are escaped: in a run of backslashes, every second one is. The algorithm
 * is that of simdjson.
 *
 * @param backslashes a bit for each backslash, unless the first one is itself escaped
 * @returns bits of which those at backslashes are set if they start an escape, and those at other
 * bytes if these are escaped
 */
// @inline
export function escapeCodes(backslashes: u64): u64 {
  return (((backslashes << 1) | ODD_BITS) - backslashes) ^ ODD_BITS;
}

/** Returns a bit for each of the next 64 bytes that is a quote or a control. Only with SIMD. */
// @inline
export function findEnds64(from: usize): u64 {
  return join64(
    endsIn(v128.load(from)),
    endsIn(v128.load(from, 16)),
    endsIn(v128.load(from, 32)),
    endsIn(v128.load(from, 48)),
  );
}

/** Copies up to 64 bytes; writes 64. Only for the build with SIMD. */
// @inline
export function copy64(to: usize, from: usize): void {
  v128.store(to, v128.load(from));
  v128.store(to, v128.load(from, 16), 16);
  v128.store(to, v128.load(from, 32), 32);
  v128.store(to, v128.load(from, 48), 48);
}

/**
 * Finds the bytes among the next BLOCK bytes that end a run of plain text in a JSON string:
 * quotes, backslashes and controls. Only the first is exact.
 */
// @inline
export function findSpecial(from: usize): Found {
  if (ASC_FEATURE_SIMD) {
    return <u64>(<u32>i8x16.bitmask(specialIn(v128.load(from))));
  }
  const block = load<u64>(from);
  return (
    zeroBytes(block ^ (ONES * QUOTE)) |
    zeroBytes(block ^ (ONES * BACKSLASH)) |
    ((block - ONES * SPACE) & ~block & HIGHS)
  );
}

/** Like `findSpecial`, for WIDE bytes. */
// @inline
export function findSpecialWide(from: usize): Found {
  if (ASC_FEATURE_SIMD) {
    const low = <u32>i8x16.bitmask(specialIn(v128.load(from)));
    const high = <u32>i8x16.bitmask(specialIn(v128.load(from, 16)));
    return <u64>(low | (high << 16));
  }
  return findSpecial(from);
}

/** Returns the index of the first byte found. */
// @inline
export function firstOf(found: Found): usize {
  return ASC_FEATURE_SIMD ? <usize>ctz(<u32>found) : <usize>(ctz(found) >> 3);
}

/** Copies BLOCK bytes. */
// @inline
export function copyBlock(to: usize, from: usize): void {
  if (ASC_FEATURE_SIMD) {
    v128.store(to, v128.load(from));
  } else {
    store<u64>(to, load<u64>(from));
  }
}

/** Copies 16 bytes. */
// @inline
export function copy16(to: usize, from: usize): void {
  if (ASC_FEATURE_SIMD) {
    v128.store(to, v128.load(from));
  } else {
    const low = load<u64>(from);
    const high = load<u64>(from, 8);
    store<u64>(to, low);
    store<u64>(to, high, 8);
  }
}

/** Copies forward; may write up to 15 bytes too many. `to` may be below `from`, with an overlap. */
export function copy(to: usize, from: usize, size: usize): void {
  if (size > 128) {
    memory.copy(to, from, size);
    return;
  }
  for (let done: usize = 0; done < size; done += 16) {
    copy16(to + done, from + done);
  }
}

/** Zeroes 16 bytes. */
// @inline
export function zero16(at: usize): void {
  if (ASC_FEATURE_SIMD) {
    v128.store(at, i64x2.splat(0));
  } else {
    store<u64>(at, 0);
    store<u64>(at, 0, 8);
  }
}

/** Zeroes `size` bytes, a multiple of 16. */
export function zero(at: usize, size: usize): void {
  for (let done: usize = 0; done < size; done += 16) {
    zero16(at + done);
  }
}

/** Moves `size` bytes by a few bytes to make or close a gap. */
export function shift(to: usize, from: usize, size: usize): void {
  if (to < from) {
    copy(to, from, size);
  } else {
    memory.copy(to, from, size);
  }
}

/** Compares 16 bytes. Returns a bit for each equal byte. */
// @inline
export function same16(a: usize, b: usize): u32 {
  return i8x16.bitmask(i8x16.eq(v128.load(a), v128.load(b)));
}

/** Whether `size` bytes are equal. May read up to 7 bytes more. */
export function sameBytes(a: usize, b: usize, size: usize): bool {
  while (size >= 8) {
    if (load<u64>(a) !== load<u64>(b)) {
      return false;
    }
    a += 8;
    b += 8;
    size -= 8;
  }
  return size === 0 || (load<u64>(a) ^ load<u64>(b)) << ((8 - <u64>size) << 3) === 0;
}

/** Finds the bytes among the next BLOCK bytes that are not white space. */
// @inline
export function findSolid(from: usize): Found {
  if (ASC_FEATURE_SIMD) {
    const block = v128.load(from);
    const spaces = i8x16.eq(
      i8x16.swizzle(v128.load(SPACES), v128.and(block, v128.load(LOW_NIBBLES))),
      block,
    );
    return <u64>(i8x16.bitmask(spaces) ^ 0xffff);
  }
  for (let place: usize = 0; place < 8; place++) {
    const byte = load<u8>(from + place);
    if (byte !== SPACE && byte !== LINE_FEED && byte !== CARRIAGE_RETURN && byte !== TAB) {
      return (<u64>0x80) << (place << 3);
    }
  }
  return 0;
}

const QUOTES: usize = memory.data<u64>([0x2222222222222222, 0x2222222222222222], 16);
const BRACES: usize = memory.data<u64>([0x7b7b7b7b7b7b7b7b, 0x7b7b7b7b7b7b7b7b], 16);
const CLOSING_BRACES: usize = memory.data<u64>([0x7d7d7d7d7d7d7d7d, 0x7d7d7d7d7d7d7d7d], 16);

/** Returns a bit for each quote of the next 64 bytes. Only for the build with SIMD. */
// @inline
export function findQuotes64(from: usize): u64 {
  const quotes = v128.load(QUOTES);
  return join64(
    i8x16.eq(v128.load(from), quotes),
    i8x16.eq(v128.load(from, 16), quotes),
    i8x16.eq(v128.load(from, 32), quotes),
    i8x16.eq(v128.load(from, 48), quotes),
  );
}

/** Likewise for the opening brackets and braces. */
// @inline
export function findOpening64(from: usize): u64 {
  return findBraces64(from, v128.load(BRACES));
}

/** Likewise for the closing brackets and braces. */
// @inline
export function findClosing64(from: usize): u64 {
  return findBraces64(from, v128.load(CLOSING_BRACES));
}

// @inline
function findBraces64(from: usize, braces: v128): u64 {
  // With this bit set, a bracket is a brace.
  const bit = v128.load(BLANKS);
  return join64(
    i8x16.eq(v128.or(v128.load(from), bit), braces),
    i8x16.eq(v128.or(v128.load(from, 16), bit), braces),
    i8x16.eq(v128.or(v128.load(from, 32), bit), braces),
    i8x16.eq(v128.or(v128.load(from, 48), bit), braces),
  );
}

/**
 * Returns the offset of the next quote, bracket, brace or zero byte, `from` or later. A zero byte
 * must follow the text. Without SIMD, it may return the offset of a byte before that.
 */
// @inline
export function findStructure(from: usize): usize {
  if (ASC_FEATURE_SIMD) {
    while (true) {
      const block = v128.load(from);
      // With this bit set, a bracket is a brace.
      const braces = v128.or(block, v128.load(BLANKS));
      const found = i8x16.bitmask(
        v128.or(
          v128.or(i8x16.eq(braces, v128.load(BRACES)), i8x16.eq(braces, v128.load(CLOSING_BRACES))),
          v128.or(i8x16.eq(block, v128.load(QUOTES)), i8x16.eq(block, i8x16.splat(0))),
        ),
      );
      if (found) {
        return from + <usize>ctz(found);
      }
      from += 16;
    }
  }
  return from;
}

/** Returns the end of the ASCII text at `from`, rounded down to a block. */
export function skipAscii(from: usize, end: usize): usize {
  if (ASC_FEATURE_SIMD) {
    while (from + 64 <= end) {
      const bits = v128.or(
        v128.or(v128.load(from), v128.load(from, 16)),
        v128.or(v128.load(from, 32), v128.load(from, 48)),
      );
      if (i8x16.bitmask(bits)) {
        break;
      }
      from += 64;
    }
    while (from + 16 <= end && !i8x16.bitmask(v128.load(from))) {
      from += 16;
    }
    return from;
  }
  while (from + 8 <= end && (load<u64>(from) & HIGHS) === 0) {
    from += 8;
  }
  return from;
}

/** Returns the offset of the first line feed, or `end`. */
export function findLineFeed(from: usize, end: usize): usize {
  if (ASC_FEATURE_SIMD) {
    while (from < end) {
      const found = i8x16.bitmask(i8x16.eq(v128.load(from), i8x16.splat(LINE_FEED)));
      if (found) {
        from += <usize>ctz(found);
        break;
      }
      from += 16;
    }
    return min(from, end);
  }
  while (from < end && load<u8>(from) !== LINE_FEED) {
    from++;
  }
  return from;
}

/** Finds the bytes among the next BLOCK bytes that are not ASCII. */
// @inline
function findHigh(from: usize): Found {
  return ASC_FEATURE_SIMD ? <u64>(<u32>i8x16.bitmask(v128.load(from))) : load<u64>(from) & HIGHS;
}

/** Copies 32 bytes. */
// @inline
export function copy32(to: usize, from: usize): void {
  copy16(to, from);
  copy16(to + 16, from + 16);
}

/**
 * Copies 32 bytes. Returns a bit for each one that is special or not ASCII; only the lowest is
 * exact.
 */
// @inline
export function copyOdd32(to: usize, from: usize): u64 {
  if (ASC_FEATURE_SIMD) {
    const a = v128.load(from);
    const b = v128.load(from, 16);
    v128.store(to, a);
    v128.store(to, b, 16);
    return <u64>(
      (<u32>i8x16.bitmask(v128.or(specialIn(a), a)) |
        ((<u32>i8x16.bitmask(v128.or(specialIn(b), b))) << 16))
    );
  }
  copy32(to, from);
  return (
    oddBits(from) |
    (oddBits(from + 8) << 8) |
    (oddBits(from + 16) << 16) |
    (oddBits(from + 24) << 24)
  );
}

/** A bit for each of 8 bytes. Only for the build without SIMD. */
function oddBits(from: usize): u64 {
  return ((findSpecial(from) | findHigh(from)) * 0x0002040810204081) >> 56;
}

// Base64: the bytes of each three as b1 b0 b2 b1, and what to add to six bits to get their character,
// by their range.
const TRIPLES: usize = memory.data<u8>([1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10], 16);
const RANGES: usize = memory.data<u8>(
  [71, 252, 252, 252, 252, 252, 252, 252, 252, 252, 252, 237, 240, 65, 0, 0],
  16,
);

/** Writes 12 bytes as 16 characters in base64. Reads 16 bytes. Only for the build with SIMD. */
// @inline
export function encodeTwelve(to: usize, from: usize): void {
  const bytes = i8x16.swizzle(v128.load(from), v128.load(TRIPLES));
  const sextets = v128.or(
    v128.or(
      v128.and(i32x4.shr_u(bytes, 10), i32x4.splat(0x3f)),
      v128.and(i32x4.shl(bytes, 4), i32x4.splat(0x3f00)),
    ),
    v128.or(
      v128.and(i32x4.shr_u(bytes, 6), i32x4.splat(0x3f0000)),
      v128.and(i32x4.shl(bytes, 8), i32x4.splat(0x3f000000)),
    ),
  );
  // 13 for A to Z, 0 for a to z, 1 to 10 for the digits, 11 and 12.
  const ranges = v128.or(
    i8x16.sub_sat_u(sextets, i8x16.splat(51)),
    v128.and(i8x16.lt_u(sextets, i8x16.splat(26)), i8x16.splat(13)),
  );
  v128.store(to, i8x16.add(sextets, i8x16.swizzle(v128.load(RANGES), ranges)));
}

/** Whether any of the next 64 bytes is not ASCII. */
// @inline
export function hasHigh64(from: usize): bool {
  if (ASC_FEATURE_SIMD) {
    return (
      i8x16.bitmask(
        v128.or(
          v128.or(v128.load(from), v128.load(from, 16)),
          v128.or(v128.load(from, 32), v128.load(from, 48)),
        ),
      ) !== 0
    );
  }
  return hasHigh32(from) || hasHigh32(from + 32);
}

function hasHigh32(from: usize): bool {
  const low = load<u64>(from) | load<u64>(from, 8);
  return ((low | load<u64>(from, 16) | load<u64>(from, 24)) & HIGHS) !== 0;
}

/** The first byte of the tag of most residues, which no text contains. */
const RESIDUE_BYTES: usize = memory.data<u64>([0xfafafafafafafafa, 0xfafafafafafafafa], 16);

/** Returns a bit for each of 16 bytes that may be the start of a residue. */
// @inline
export function findResidueByte(from: usize): u32 {
  if (ASC_FEATURE_SIMD) {
    return i8x16.bitmask(i8x16.eq(v128.load(from), v128.load(RESIDUE_BYTES)));
  }
  const bytes: u64 = load<u64>(RESIDUE_BYTES);
  const low = zeroBytes(load<u64>(from) ^ bytes);
  const high = zeroBytes(load<u64>(from, 8) ^ bytes);
  return (
    <u32>((low * 0x0002040810204081) >> 56) | ((<u32>((high * 0x0002040810204081) >> 56)) << 8)
  );
}
