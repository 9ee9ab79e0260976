export const NUMBER: u8 = 0;
export const TEXT: u8 = 1;
export const BYTES: u8 = 2;
export const LIST_VALUE: u8 = 3;
export const MAP_VALUE: u8 = 4;
export const MESSAGE: u8 = 5;
export const SET_ARM: u8 = 6;
export const PLAIN: u8 = 7;

/** How many bytes were allocated since the last collection, about. */
export let allocated: usize = 0;

export function resetAllocated(): void {
  allocated = 0;
}

export function countAllocated(size: usize): void {
  allocated += size;
}

/** Counts an array that was appended to, with the buffers that it had before. */
export function countArray(length: i32): void {
  allocated += ((<usize>length) << 4) + 96;
}

/** The number that new nodes of vectors and maps get. Those that have it may be modified. */
export let epoch: u32 = 1;

/** From now on, no node that exists is modified. */
export function freezeNodes(): void {
  epoch++;
}

/** Reads a word of a plan's record. */
// @inline
export function word(record: usize, index: i32): u32 {
  return load<u32>(record + ((<usize>index) << 2));
}

export class Value {
  constructor(public kind: u8) {}
}

/** A number of any type, a boolean or an enum, as 64 bits. */
export class NumberValue extends Value {
  constructor(public bits: u64) {
    super(NUMBER);
  }
}

/** The number of bytes of a buffer before its content: how many bytes of the content are used. */
const HEADER = 4;

/** A text in UTF-8, or bytes. Lone surrogates have three bytes, as in WTF-8. */
export class Text extends Value {
  /** @param units - The number of UTF-16 code units. */
  constructor(
    public buffer: StaticArray<u8>,
    public length: i32,
    public units: i32,
    kind: u8 = TEXT,
  ) {
    super(kind);
  }

  get start(): usize {
    return changetype<usize>(this.buffer) + HEADER;
  }
}

function newBuffer(capacity: i32): StaticArray<u8> {
  allocated += capacity + 64;
  return new StaticArray<u8>(capacity + HEADER);
}

export function newText(start: usize, length: i32, units: i32, kind: u8 = TEXT): Text {
  const buffer = newBuffer(length);
  store<u32>(changetype<usize>(buffer), length);
  memory.copy(changetype<usize>(buffer) + HEADER, start, length);
  return new Text(buffer, length, units, kind);
}

/** Buffers that were extended during this call, and how many of their bytes were used before. */
const extended: StaticArray<u8>[] = [];
const usedBefore: u32[] = [];

/** Keeps what was appended to texts. */
export function commitTexts(): void {
  extended.length = 0;
  usedBefore.length = 0;
}

/** Forgets what was appended to texts, so that it can be appended in place again. */
export function rollbackTexts(): void {
  for (let index = extended.length - 1; index >= 0; index--) {
    store<u32>(changetype<usize>(extended[index]), usedBefore[index]);
  }
  commitTexts();
}

/** Returns a longer text. The time depends on what is appended, on average. */
export function appendText(head: Text, start: usize, length: i32, units: i32): Text {
  let buffer = head.buffer;
  const used = load<u32>(changetype<usize>(buffer));
  const whole = head.length + length;
  if (<i32>used === head.length && whole + HEADER <= buffer.length) {
    extended.push(buffer);
    usedBefore.push(used);
  } else {
    buffer = newBuffer(max(64, whole > 0x20000000 ? whole : 2 * whole));
    memory.copy(changetype<usize>(buffer) + HEADER, head.start, head.length);
  }
  memory.copy(changetype<usize>(buffer) + HEADER + head.length, start, length);
  store<u32>(changetype<usize>(buffer), whole);
  return new Text(buffer, whole, head.units + units, head.kind);
}

export function concatenate(head: Text, tail: Text): Text {
  return appendText(head, tail.start, tail.length, tail.units);
}

/** Returns the text of a literal. */
export function textOf(literal: string): Text {
  const bytes = String.UTF8.encode(literal);
  return newText(changetype<usize>(bytes), bytes.byteLength, literal.length);
}

/** Returns the text at two words of a plan's record. */
export function planText(record: usize, index: i32): Text {
  const start = word(record, index);
  const length = word(record, index + 1);
  return newText(start, length, countUnits(start, length));
}

export function isSameBytes(left: usize, leftSize: i32, right: usize, rightSize: i32): bool {
  return leftSize === rightSize && memory.compare(left, right, leftSize) === 0;
}

export function isSameText(left: Text, right: Text): bool {
  return isSameBytes(left.start, left.length, right.start, right.length);
}

/** Returns whether a text is that at two words of a plan's record. */
export function isPlanText(text: Text, record: usize, index: i32): bool {
  return isSameBytes(text.start, text.length, word(record, index), word(record, index + 1));
}

/** Returns whether a text is an ASCII literal. */
export function isLiteral(text: Text, literal: string): bool {
  if (text.length !== literal.length) {
    return false;
  }
  for (let index = 0; index < literal.length; index++) {
    if (load<u8>(text.start + index) !== <u8>literal.charCodeAt(index)) {
      return false;
    }
  }
  return true;
}

/** Counts the UTF-16 code units of valid UTF-8. */
export function countUnits(start: usize, length: i32): i32 {
  let units = 0;
  for (const end = start + length; start < end; start++) {
    const byte = load<u8>(start);
    units += i32((byte & 0xc0) !== 0x80) + i32(byte >= 0xf0);
  }
  return units;
}

/** Unknown fields, with their tags. */
export class UnknownFields {
  /** @param size - The size in the unit of `maxSize`. */
  constructor(
    public bytes: Text,
    public size: i64,
  ) {}
}

/** An entry of a map. */
export class Entry extends Value {
  constructor(
    public key: Text,
    public value: Value,
  ) {
    super(PLAIN);
  }
}
