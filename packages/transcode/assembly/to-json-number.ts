import { digits, power, shorten } from "./double";
import { out, setOut } from "./state";

// There is room for a number wherever these are called: no number takes more
// than 26 bytes.

/** Writes an integer. */
export function writeUnsigned(value: u64): void {
  const to = out;
  if (value < 10) {
    store<u8>(to, <u8>value + 0x30);
    setOut(to + 1);
    return;
  }
  const length = countDigits(value);
  writeDigits(to, value, length);
  setOut(to + length);
}

export function writeSigned(value: i64): void {
  if (value < 0) {
    store<u8>(out, 0x2d);
    setOut(out + 1);
    writeUnsigned(<u64>(0 - value));
  } else {
    writeUnsigned(<u64>value);
  }
}

function countDigits(value: u64): usize {
  let count: usize = 1;
  while (value >= 10000) {
    value /= 10000;
    count += 4;
  }
  return value >= 100 ? (value >= 1000 ? count + 3 : count + 2) : value >= 10 ? count + 1 : count;
}

/** Writes the digits of a number, from the last one back. */
function writeDigits(to: usize, value: u64, length: usize): void {
  let at = to + length;
  while (value >= 0x100000000) {
    const rest = value / 100;
    at = writePair(at, <u32>(value - rest * 100));
    value = rest;
  }
  let low = <u32>value;
  while (low >= 10) {
    const rest = low / 100;
    const pair = low - rest * 100;
    if (low < 100) {
      writePair(at, low);
      return;
    }
    at = writePair(at, pair);
    low = rest;
  }
  if (at > to) {
    store<u8>(at - 1, low + 0x30);
  }
}

// @ts-ignore: decorator
@inline
function writePair(at: usize, pair: u32): usize {
  const tens = (pair * 205) >> 11;
  store<u16>(at - 2, 0x3030 + tens + ((pair - tens * 10) << 8));
  return at - 2;
}

/** Writes a finite double as JavaScript does, except that -0 keeps its sign. */
export function writeDouble(bits: u64): void {
  let to = out;
  if (bits >> 63) {
    store<u8>(to++, 0x2d);
    setOut(to);
    bits &= 0x7fffffffffffffff;
  }
  if (bits == 0) {
    store<u8>(to, 0x30);
    setOut(to + 1);
    return;
  }
  shorten(bits);
  const length = <i32>countDigits(digits);
  const point = length + power;
  if (power >= 0 && point <= 21) {
    writeDigits(to, digits, length);
    for (let i = length; i < point; i++) {
      store<u8>(to + i, 0x30);
    }
    setOut(to + point);
    return;
  }
  if (point > 0 && point <= 21) {
    writeDigits(to + 1, digits, length);
    // The whole part moves to the front of the point.
    for (let i = 0; i < point; i++) {
      store<u8>(to + i, load<u8>(to + i + 1));
    }
    store<u8>(to + point, 0x2e);
    setOut(to + length + 1);
    return;
  }
  if (point > -6 && point <= 0) {
    store<u16>(to, 0x2e30);
    to += 2;
    for (let i = point; i < 0; i++) {
      store<u8>(to++, 0x30);
    }
    writeDigits(to, digits, length);
    setOut(to + length);
    return;
  }
  writeDigits(to + 1, digits, length);
  store<u8>(to, load<u8>(to + 1));
  if (length > 1) {
    store<u8>(to, 0x2e, 1);
    to += length + 1;
  } else {
    to++;
  }
  store<u8>(to++, 0x65);
  const exponent = point - 1;
  store<u8>(to, exponent < 0 ? 0x2d : 0x2b);
  setOut(to + 1);
  writeUnsigned(<u64>abs(exponent));
}
