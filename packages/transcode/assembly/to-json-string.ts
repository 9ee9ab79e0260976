import { MALFORMED_BINARY } from "./codes";
import { ensure, fail, out, setOut } from "./state";
import { isUtf8 } from "./utf8";
import { BLOCK, copyBlock, findHigh, findSpecial, firstOf, upTo } from "./vector";

/** Writes UTF-8 as a JSON string, escaped as JSON.stringify does it. False if it is not UTF-8. */
export function writeString(from: usize, length: usize): bool {
  if (!ensure(length + 64)) {
    return false;
  }
  const end = from + length;
  let at = from;
  let to = out;
  store<u8>(to++, 0x22);
  let high: u64 = 0;
  while (at + BLOCK <= end) {
    copyBlock(to, at);
    if (findSpecial(at)) {
      return writeEscaped(from, at, to, end);
    }
    high |= findHigh(at);
    at += BLOCK;
    to += BLOCK;
  }
  const rest = end - at;
  copyBlock(to, at);
  if (findSpecial(at) & upTo(rest)) {
    return writeEscaped(from, at, to, end);
  }
  high |= findHigh(at) & upTo(rest);
  to += rest;
  store<u8>(to, 0x22);
  setOut(to + 1);
  if (high && !isUtf8(from, end)) {
    fail(MALFORMED_BINARY, from);
    return false;
  }
  return true;
}

/** Goes on from the first block with a character that needs an escape. */
function writeEscaped(from: usize, at: usize, to: usize, end: usize): bool {
  if (!isUtf8(from, end)) {
    fail(MALFORMED_BINARY, from);
    return false;
  }
  setOut(to);
  // Room for every second character to be escaped; controls ask for more.
  if (!ensure(((end - at) << 1) + 64)) {
    return false;
  }
  while (at < end) {
    copyBlock(to, at);
    const special = findSpecial(at);
    if (!special) {
      at += BLOCK;
      to += BLOCK;
      continue;
    }
    const run = firstOf(special);
    at += run;
    to += run;
    if (at >= end) {
      break;
    }
    const byte = load<u8>(at++);
    const letter = escapeLetter(byte);
    if (letter) {
      store<u16>(to, 0x5c | (<u16>letter << 8));
      to += 2;
      continue;
    }
    setOut(to);
    if (!ensure(((end - at) << 1) + 64)) {
      return false;
    }
    store<u32>(to, 0x3030755c);
    store<u8>(to, 0x30 + (byte >> 4), 4);
    const low = byte & 15;
    store<u8>(to, low < 10 ? 0x30 + low : 0x57 + low, 5);
    to += 6;
  }
  // The last block may have been copied past the end.
  to -= at - end;
  store<u8>(to, 0x22);
  setOut(to + 1);
  return true;
}

/** The letter of a character's short escape, or 0. */
// @ts-ignore: decorator
@inline
function escapeLetter(byte: u8): u8 {
  switch (byte) {
    case 0x0a:
      return 0x6e;
    case 0x22:
    case 0x5c:
      return byte;
    case 0x09:
      return 0x74;
    case 0x0d:
      return 0x72;
    case 0x08:
      return 0x62;
    case 0x0c:
      return 0x66;
  }
  return 0;
}
