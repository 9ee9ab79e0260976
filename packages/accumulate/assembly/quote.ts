import { appendText, countUnits, newText, Text } from "./base";

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;

/** A text that is written. */
class Scratch {
  buffer: StaticArray<u8> = new StaticArray<u8>(256);
  length: i32 = 0;

  get place(): usize {
    return changetype<usize>(this.buffer) + this.length;
  }

  room(size: i32): void {
    if (this.length + size > this.buffer.length) {
      const more = new StaticArray<u8>(2 * (this.length + size));
      memory.copy(changetype<usize>(more), changetype<usize>(this.buffer), this.length);
      this.buffer = more;
    }
  }

  byte(byte: u8): void {
    this.room(1);
    store<u8>(this.place, byte);
    this.length++;
  }

  character(code: u32): void {
    this.room(4);
    this.length += encode(this.place, code);
  }

  finish(): Text {
    const start = changetype<usize>(this.buffer);
    return newText(start, this.length, countUnits(start, this.length));
  }
}

/** Writes a character, or a lone surrogate, and returns its size. */
function encode(place: usize, code: u32): i32 {
  if (code < 0x80) {
    store<u8>(place, code);
    return 1;
  }
  if (code < 0x800) {
    store<u8>(place, 0xc0 | (code >> 6));
    store<u8>(place, 0x80 | (code & 0x3f), 1);
    return 2;
  }
  if (code < 0x10000) {
    store<u8>(place, 0xe0 | (code >> 12));
    store<u8>(place, 0x80 | ((code >> 6) & 0x3f), 1);
    store<u8>(place, 0x80 | (code & 0x3f), 2);
    return 3;
  }
  store<u8>(place, 0xf0 | (code >> 18));
  store<u8>(place, 0x80 | ((code >> 12) & 0x3f), 1);
  store<u8>(place, 0x80 | ((code >> 6) & 0x3f), 2);
  store<u8>(place, 0x80 | (code & 0x3f), 3);
  return 4;
}

export function isHigh(code: u32): bool {
  return (code & 0xfffffc00) === 0xd800;
}

export function isLow(code: u32): bool {
  return (code & 0xfffffc00) === 0xdc00;
}

/** Returns the surrogate at a place where it has three bytes; 0 if there is another character. */
export function surrogateAt(place: usize): u32 {
  if (load<u8>(place) !== 0xed || load<u8>(place, 1) < 0xa0) {
    return 0;
  }
  return 0xd000 | ((<u32>load<u8>(place, 1) & 0x3f) << 6) | (<u32>load<u8>(place, 2) & 0x3f);
}

/** Returns the string that a JSON text is; null if it is not a string. */
export function parseJsonString(start: usize, length: i32): Text | null {
  if (length < 2 || load<u8>(start) !== QUOTE || load<u8>(start + length - 1) !== QUOTE) {
    return null;
  }
  const end = start + length - 1;
  const output = new Scratch();
  output.room(length);
  let high: u32 = 0;
  for (let place = start + 1; place < end; ) {
    const byte = load<u8>(place);
    if (byte < 0x20 || byte === QUOTE) {
      return null;
    }
    let code: u32 = 0;
    if (byte !== BACKSLASH) {
      if (high !== 0) {
        output.character(high);
        high = 0;
      }
      output.byte(byte);
      place++;
      continue;
    }
    const size = escapeSize(place, end);
    if (size === 0) {
      return null;
    }
    code = escaped;
    place += size;
    if (high !== 0) {
      if (isLow(code)) {
        output.character(0x10000 + ((high & 0x3ff) << 10) + (code & 0x3ff));
        high = 0;
        continue;
      }
      output.character(high);
      high = 0;
    }
    if (isHigh(code)) {
      high = code;
    } else {
      output.character(code);
    }
  }
  if (high !== 0) {
    output.character(high);
  }
  return output.finish();
}

/** The character of the last escape. */
let escaped: u32 = 0;

/** Reads an escape. Returns its size; 0 if it is none. */
function escapeSize(place: usize, end: usize): i32 {
  if (place + 1 >= end) {
    return 0;
  }
  switch (load<u8>(place, 1)) {
    case 0x22:
      escaped = 0x22;
      return 2;
    case 0x5c:
      escaped = 0x5c;
      return 2;
    case 0x2f:
      escaped = 0x2f;
      return 2;
    case 0x62:
      escaped = 8;
      return 2;
    case 0x66:
      escaped = 12;
      return 2;
    case 0x6e:
      escaped = 10;
      return 2;
    case 0x72:
      escaped = 13;
      return 2;
    case 0x74:
      escaped = 9;
      return 2;
    case 0x75:
      break;
    default:
      return 0;
  }
  if (place + 6 > end) {
    return 0;
  }
  let code: u32 = 0;
  for (let index = 2; index < 6; index++) {
    const digit = hexadecimal(load<u8>(place + index));
    if (digit < 0) {
      return 0;
    }
    code = (code << 4) | digit;
  }
  escaped = code;
  return 6;
}

function hexadecimal(byte: u8): i32 {
  if (byte >= 0x30 && byte <= 0x39) {
    return byte - 0x30;
  }
  const lower = byte | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

/** Returns a string as JSON text, like `JSON.stringify`. */
export function quote(text: Text): Text {
  const output = new Scratch();
  output.room(text.length + 2);
  output.byte(QUOTE);
  for (let place = text.start, end = place + text.length; place < end; ) {
    const byte = load<u8>(place);
    if (byte === 0xed && place + 2 < end) {
      const code = surrogateAt(place);
      if (code !== 0) {
        writeEscape(output, code);
        place += 3;
        continue;
      }
    }
    if (byte === QUOTE || byte === BACKSLASH) {
      output.byte(BACKSLASH);
      output.byte(byte);
    } else if (byte < 0x20) {
      const short = shortEscape(byte);
      if (short !== 0) {
        output.byte(BACKSLASH);
        output.byte(short);
      } else {
        writeEscape(output, byte);
      }
    } else {
      output.byte(byte);
    }
    place++;
  }
  output.byte(QUOTE);
  return output.finish();
}

function shortEscape(byte: u8): u8 {
  switch (byte) {
    case 8:
      return 0x62;
    case 9:
      return 0x74;
    case 10:
      return 0x6e;
    case 12:
      return 0x66;
    case 13:
      return 0x72;
    default:
      return 0;
  }
}

function writeEscape(output: Scratch, code: u32): void {
  output.byte(BACKSLASH);
  output.byte(0x75);
  for (let shift = 12; shift >= 0; shift -= 4) {
    const digit = (code >> shift) & 15;
    output.byte(<u8>(digit < 10 ? 0x30 + digit : 0x57 + digit));
  }
}

export function appendCode(head: Text, code: u32): Text {
  const size = encode(changetype<usize>(encoded), code);
  return appendText(head, changetype<usize>(encoded), size, code < 0x10000 ? 1 : 2);
}

const encoded = new StaticArray<u8>(4);
