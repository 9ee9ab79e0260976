import {
  bitmapSize,
  COLUMN_DATA,
  COLUMN_DATA_SIZE,
  COLUMN_ELEMENT_COUNT,
  COLUMN_ELEMENTS,
  COLUMN_LIST,
  COLUMN_OFFSETS,
  COLUMN_TYPE,
  COLUMN_VALID,
  COLUMN_VALIDITY,
  isSized,
} from "./column";
import { BINARY, BOOLEAN, DOUBLE } from "./layout";
import { clearWords, setLong, setWord } from "./result";
import { rows } from "./state";

// Writes a column as the body of a data page of Parquet, version 1, with the encoding PLAIN.

// Words of the result.
const OUTPUT: usize = 2;
const VALUES: usize = 3;
const NULLS: usize = 4;
const HAS_RANGE: usize = 5;
const LEAST: usize = 6;
const LEAST_SIZE: usize = 7;
const GREATEST: usize = 8;
const GREATEST_SIZE: usize = 9;

/** The most bytes of a varint of 32 bits, with which runs of levels begin. */
const RUN_HEAD: usize = 5;

let buffer: usize = 0;
let room: usize = 0;
let out: usize = 0;

/** Writes the page of a column. Returns its size. The first column has no nulls. */
export function writePage(column: usize, isRequired: bool): i32 {
  clearWords();
  const isList = load<u32>(column, COLUMN_LIST) !== 0;
  const valid = load<u32>(column, COLUMN_VALID);
  setWord(VALUES, rows);
  setWord(NULLS, rows - valid);
  reserve(column, isList);
  if (isList) {
    writeListLevels(column);
    writeTexts(
      load<u32>(column, COLUMN_DATA),
      load<u32>(column, COLUMN_ELEMENTS),
      load<u32>(column, COLUMN_ELEMENT_COUNT),
    );
  } else {
    if (!isRequired) {
      writeValidity(load<u32>(column, COLUMN_VALIDITY), valid);
    }
    writeValues(column);
  }
  setWord(OUTPUT, <u32>buffer);
  return <i32>(out - buffer);
}

function reserve(column: usize, isList: bool): void {
  const sized = isList || isSized(column);
  const count: usize = isList ? load<u32>(column, COLUMN_ELEMENT_COUNT) : rows;
  const levels: usize = ((count + rows) >> 1) + 4 * RUN_HEAD;
  const size = levels + (sized ? (count << 2) + load<u32>(column, COLUMN_DATA_SIZE) : count << 3);
  if (size > room) {
    if (buffer !== 0) {
      heap.free(buffer);
    }
    room = size + (size >> 2);
    buffer = heap.alloc(room);
  }
  out = buffer;
}

/** Writes a word for the size of levels. Returns its place. */
function beginLevels(): usize {
  const place = out;
  out += 4;
  return place;
}

function endLevels(place: usize): void {
  store<u32>(place, <u32>(out - place - 4));
}

function writeVarint(value: u32): void {
  let rest = value;
  while (rest >= 0x80) {
    store<u8>(out++, <u8>(rest | 0x80));
    rest >>= 7;
  }
  store<u8>(out++, <u8>rest);
}

/** Writes a run of one level. */
function writeRun(count: u32, level: u8): void {
  writeVarint(count << 1);
  store<u8>(out++, level);
}

/** Writes the head of packed levels; they come in groups of eight. */
function writePackedHead(count: u32): void {
  writeVarint((bitmapSize(count) << 1) | 1);
}

/** Writes a bitmap as levels: a bit of Arrow is a level of Parquet. */
function writeValidity(bitmap: usize, valid: u32): void {
  const place = beginLevels();
  if (valid === rows || valid === 0) {
    writeRun(rows, valid === 0 ? 0 : 1);
  } else {
    writePackedHead(rows);
    memory.copy(out, bitmap, bitmapSize(rows));
    out += bitmapSize(rows);
  }
  endLevels(place);
}

/** Writes the levels of a list: how it is nested, and whether it is null, empty or an element. */
function writeListLevels(column: usize): void {
  const offsets: usize = load<u32>(column, COLUMN_OFFSETS);
  const validity: usize = load<u32>(column, COLUMN_VALIDITY);
  let count: u32 = 0;
  for (let row: usize = 0; row < rows; row++) {
    count += max<u32>(1, sizeAt(offsets, row));
  }
  setWord(VALUES, count);
  const valid = load<u32>(column, COLUMN_VALID);
  const elements = load<u32>(column, COLUMN_ELEMENT_COUNT);
  if (elements === 0 && (valid === 0 || valid === rows)) {
    writeLevelRun(count, 0);
    writeLevelRun(count, valid === 0 ? 0 : 1);
    return;
  }
  const repetitions = beginLevels();
  writePackedHead(count);
  const repeated = out;
  out += bitmapSize(count);
  endLevels(repetitions);
  const definitions = beginLevels();
  writePackedHead(count);
  const defined = out;
  out += bitmapSize(count) << 1;
  endLevels(definitions);
  memory.fill(repeated, 0, bitmapSize(count));
  memory.fill(defined, 0, bitmapSize(count) << 1);
  let level: usize = 0;
  for (let row: usize = 0; row < rows; row++) {
    const size = sizeAt(offsets, row);
    if (size === 0) {
      if (isSet(validity, row)) {
        orBits(defined, level << 1, 1);
      }
      level++;
    }
    for (let index: u32 = 0; index < size; index++) {
      if (index > 0) {
        orBits(repeated, level, 1);
      }
      orBits(defined, level << 1, 2);
      level++;
    }
  }
}

function writeLevelRun(count: u32, level: u8): void {
  const place = beginLevels();
  writeRun(count, level);
  endLevels(place);
}

// @inline
function orBits(bitmap: usize, bit: usize, bits: u8): void {
  const byte = bitmap + (bit >> 3);
  store<u8>(byte, load<u8>(byte) | (bits << (<u8>(bit & 7))));
}

// @inline
function isSet(bitmap: usize, row: usize): bool {
  return ((load<u8>(bitmap + (row >> 3)) >> <u8>(row & 7)) & 1) !== 0;
}

// @inline
function sizeAt(offsets: usize, index: usize): u32 {
  const entry = offsets + (index << 2);
  return load<u32>(entry, 4) - load<u32>(entry);
}

function writeValues(column: usize): void {
  const type = load<u32>(column, COLUMN_TYPE);
  const data: usize = load<u32>(column, COLUMN_DATA);
  const validity: usize = load<u32>(column, COLUMN_VALIDITY);
  if (type === BINARY) {
    writeBytes(data, load<u32>(column, COLUMN_OFFSETS));
  } else if (isSized(column)) {
    // A null has no bytes, but neither has an empty text.
    writeValidTexts(data, load<u32>(column, COLUMN_OFFSETS), validity);
  } else if (type === BOOLEAN) {
    writeBits(data, validity);
  } else {
    writeNumbers(data, validity, type !== DOUBLE);
  }
}

/** Writes bytes without nulls, whose range nobody asks for. */
function writeBytes(data: usize, offsets: usize): void {
  for (let row: usize = 0; row < rows; row++) {
    writeSized(data + load<u32>(offsets + (row << 2)), sizeAt(offsets, row));
  }
}

/** Writes all texts. */
function writeTexts(data: usize, offsets: usize, count: u32): void {
  for (let index: usize = 0; index < count; index++) {
    writeSized(data + load<u32>(offsets + (index << 2)), sizeAt(offsets, index));
  }
}

// @inline
function writeSized(place: usize, size: u32): void {
  store<u32>(out, size);
  memory.copy(out + 4, place, size);
  out += 4 + <usize>size;
}

/** Writes the texts that are not null, and notes the first and the last in the order of bytes. */
function writeValidTexts(data: usize, offsets: usize, validity: usize): void {
  let least: usize = 0;
  let leastSize: u32 = 0;
  let greatest: usize = 0;
  let greatestSize: u32 = 0;
  for (let row: usize = 0; row < rows; row++) {
    if (!isSet(validity, row)) {
      continue;
    }
    const place = data + load<u32>(offsets + (row << 2));
    const size = sizeAt(offsets, row);
    writeSized(place, size);
    if (least === 0 || isBefore(place, size, least, leastSize)) {
      least = place;
      leastSize = size;
    }
    if (greatest === 0 || isBefore(greatest, greatestSize, place, size)) {
      greatest = place;
      greatestSize = size;
    }
  }
  if (least !== 0) {
    setWord(HAS_RANGE, 1);
    setWord(LEAST, <u32>least);
    setWord(LEAST_SIZE, leastSize);
    setWord(GREATEST, <u32>greatest);
    setWord(GREATEST_SIZE, greatestSize);
  }
}

function isBefore(one: usize, oneSize: u32, other: usize, otherSize: u32): bool {
  const order = memory.compare(one, other, min(oneSize, otherSize));
  return order === 0 ? oneSize < otherSize : order < 0;
}

function writeBits(data: usize, validity: usize): void {
  const start = out;
  memory.fill(start, 0, bitmapSize(rows));
  let bit: usize = 0;
  for (let row: usize = 0; row < rows; row++) {
    if (isSet(validity, row)) {
      if (isSet(data, row)) {
        orBits(start, bit, 1);
      }
      bit++;
    }
  }
  out += (bit + 7) >> 3;
}

function writeNumbers(data: usize, validity: usize, hasRange: bool): void {
  let least: i64 = i64.MAX_VALUE;
  let greatest: i64 = i64.MIN_VALUE;
  const start = out;
  for (let row: usize = 0; row < rows; row++) {
    if (!isSet(validity, row)) {
      continue;
    }
    const value = load<i64>(data + (row << 3));
    store<i64>(out, value);
    out += 8;
    least = min(least, value);
    greatest = max(greatest, value);
  }
  if (hasRange && out !== start) {
    setWord(HAS_RANGE, 1);
    setLong(LEAST, <u64>least);
    setLong(GREATEST, <u64>greatest);
  }
}
