import { BINARY, BOOLEAN, STRING } from "./layout";
import { isUtf8 } from "./utf8";

// The columns of the selected message, in the layout of Apache Arrow.

/** The type and whether it is a list; copied from the plan. */
export const COLUMN_TYPE: usize = 0;
export const COLUMN_LIST: usize = 4;
export const COLUMN_NAME: usize = 8;
export const COLUMN_NAME_SIZE: usize = 12;
/** The number of rows that are not null. */
export const COLUMN_VALID: usize = 16;
/** Bits: whether a row is not null. */
export const COLUMN_VALIDITY: usize = 20;
/** For each row, and once more: where its bytes begin in the data, or its elements in the list. */
export const COLUMN_OFFSETS: usize = 24;
export const COLUMN_DATA: usize = 28;
export const COLUMN_DATA_SIZE: usize = 32;
export const COLUMN_DATA_ROOM: usize = 36;
/** For lists: for each element, and once more, where its bytes begin in the data. */
export const COLUMN_ELEMENTS: usize = 40;
export const COLUMN_ELEMENT_COUNT: usize = 44;
export const COLUMN_ELEMENT_ROOM: usize = 48;
export const COLUMN_SIZE: usize = 52;

/** Arrow recommends it, so that vector instructions may read beyond the end. */
const PADDING: usize = 64;
const LEAST_ROOM: u32 = 1024;

/** The row that is being filled. */
let row: u32 = 0;

export function setRow(index: u32): void {
  row = index;
}

/** Whether the values of the column have sizes of their own. */
// @inline
export function isSized(column: usize): bool {
  const type = load<u32>(column, COLUMN_TYPE);
  return type === STRING || type === BINARY;
}

/** The bytes of a bitmap. */
// @inline
export function bitmapSize(rows: u32): u32 {
  return (rows + 7) >> 3;
}

/** Returns a zeroed buffer. */
function allocate(size: usize): usize {
  const place = heap.alloc(size + PADDING);
  memory.fill(place, 0, size + PADDING);
  return place;
}

/** Makes room for rows, all of which are null. */
export function openColumn(column: usize, rows: u32): void {
  store<u32>(column, 0, COLUMN_VALID);
  store<u32>(column, 0, COLUMN_DATA_SIZE);
  store<u32>(column, 0, COLUMN_ELEMENT_COUNT);
  store<u32>(column, <u32>allocate(bitmapSize(rows)), COLUMN_VALIDITY);
  if (load<u32>(column, COLUMN_LIST) || isSized(column)) {
    store<u32>(column, <u32>allocate((<usize>rows + 1) << 2), COLUMN_OFFSETS);
    store<u32>(column, <u32>allocate(LEAST_ROOM), COLUMN_DATA);
    store<u32>(column, LEAST_ROOM, COLUMN_DATA_ROOM);
    if (load<u32>(column, COLUMN_LIST)) {
      store<u32>(column, <u32>allocate(LEAST_ROOM), COLUMN_ELEMENTS);
      store<u32>(column, LEAST_ROOM >> 2, COLUMN_ELEMENT_ROOM);
    }
  } else {
    const size: usize =
      load<u32>(column, COLUMN_TYPE) === BOOLEAN ? bitmapSize(rows) : (<usize>rows) << 3;
    store<u32>(column, <u32>allocate(size), COLUMN_DATA);
    store<u32>(column, <u32>size, COLUMN_DATA_SIZE);
  }
}

/** Frees the buffers of a column that is open. */
export function closeColumn(column: usize): void {
  for (let word = COLUMN_VALIDITY; word <= COLUMN_ELEMENTS; word += 4) {
    if (word === COLUMN_DATA_SIZE || word === COLUMN_DATA_ROOM) {
      continue;
    }
    const place: usize = load<u32>(column + word);
    if (place !== 0) {
      heap.free(place);
      store<u32>(column + word, 0);
    }
  }
}

/** Ends the current row. */
// @inline
export function endRow(column: usize): void {
  const offsets: usize = load<u32>(column, COLUMN_OFFSETS);
  if (offsets !== 0) {
    store<u32>(
      offsets + ((<usize>row + 1) << 2),
      load<u32>(column, COLUMN_LIST)
        ? load<u32>(column, COLUMN_ELEMENT_COUNT)
        : load<u32>(column, COLUMN_DATA_SIZE),
    );
  }
}

/** Makes the current row null again. */
export function clearRow(column: usize): void {
  if (hasValue(column)) {
    const byte: usize = load<u32>(column, COLUMN_VALIDITY) + (row >> 3);
    store<u8>(byte, load<u8>(byte) & ~(1 << (<u8>(row & 7))));
    store<u32>(column, load<u32>(column, COLUMN_VALID) - 1, COLUMN_VALID);
  }
  rewind(column);
}

/** Removes the bytes or elements of the current row. */
function rewind(column: usize): void {
  const offsets: usize = load<u32>(column, COLUMN_OFFSETS);
  if (offsets === 0) {
    return;
  }
  const start = load<u32>(offsets + ((<usize>row) << 2));
  if (load<u32>(column, COLUMN_LIST)) {
    store<u32>(column, start, COLUMN_ELEMENT_COUNT);
    const elements: usize = load<u32>(column, COLUMN_ELEMENTS);
    store<u32>(column, load<u32>(elements + ((<usize>start) << 2)), COLUMN_DATA_SIZE);
  } else {
    store<u32>(column, start, COLUMN_DATA_SIZE);
  }
}

/** Whether the current row is not null. */
// @inline
function hasValue(column: usize): bool {
  return ((load<u8>(load<u32>(column, COLUMN_VALIDITY) + (row >> 3)) >> (row & 7)) & 1) !== 0;
}

/** Marks the current row as not null. */
// @inline
export function setValid(column: usize): void {
  const byte: usize = load<u32>(column, COLUMN_VALIDITY) + (row >> 3);
  const bits = load<u8>(byte);
  const bit: u8 = 1 << (<u8>(row & 7));
  if (!(bits & bit)) {
    store<u8>(byte, bits | bit);
    store<u32>(column, load<u32>(column, COLUMN_VALID) + 1, COLUMN_VALID);
  }
}

/** Sets the current row to a number of 64 bits. */
// @inline
export function setNumber(column: usize, value: u64): void {
  store<u64>(load<u32>(column, COLUMN_DATA) + ((<usize>row) << 3), value);
  setValid(column);
}

/** Sets the current row to a truth value. */
export function setBoolean(column: usize, value: bool): void {
  const byte: usize = load<u32>(column, COLUMN_DATA) + (row >> 3);
  const bit: u8 = 1 << (<u8>(row & 7));
  const bits = load<u8>(byte);
  store<u8>(byte, value ? bits | bit : bits & ~bit);
  setValid(column);
}

/** Makes room for more data. Returns the place for it. */
export function reserveData(column: usize, size: u32): usize {
  const used = load<u32>(column, COLUMN_DATA_SIZE);
  const room = load<u32>(column, COLUMN_DATA_ROOM);
  let data: usize = load<u32>(column, COLUMN_DATA);
  const wanted: usize = <usize>used + size;
  if (wanted > <usize>room) {
    const more = max<usize>(wanted, (<usize>room) << 1);
    data = heap.realloc(data, more + PADDING);
    store<u32>(column, <u32>data, COLUMN_DATA);
    store<u32>(column, <u32>more, COLUMN_DATA_ROOM);
  }
  return data + used;
}

/** Starts the value of the current row, or an element of its list. */
export function beginText(column: usize): void {
  if (!load<u32>(column, COLUMN_LIST) && hasValue(column)) {
    // A field of a message may occur several times; the last one counts.
    rewind(column);
  }
}

/** Ends the value, or the element, that has so many bytes at the place of `reserveData`. */
export function endText(column: usize, size: u32): void {
  const used = load<u32>(column, COLUMN_DATA_SIZE) + size;
  store<u32>(column, used, COLUMN_DATA_SIZE);
  if (load<u32>(column, COLUMN_LIST)) {
    const count: usize = load<u32>(column, COLUMN_ELEMENT_COUNT) + 1;
    let elements: usize = load<u32>(column, COLUMN_ELEMENTS);
    const room: usize = load<u32>(column, COLUMN_ELEMENT_ROOM);
    if (count >= room) {
      elements = heap.realloc(elements, (room << 3) + PADDING);
      store<u32>(column, <u32>elements, COLUMN_ELEMENTS);
      store<u32>(column, <u32>(room << 1), COLUMN_ELEMENT_ROOM);
    }
    store<u32>(elements + (count << 2), used);
    store<u32>(column, <u32>count, COLUMN_ELEMENT_COUNT);
  }
  setValid(column);
}

/** Adds bytes as the value of the current row, or as an element of its list. */
export function addBytes(column: usize, place: usize, size: u32): void {
  beginText(column);
  memory.copy(reserveData(column, size), place, size);
  endText(column, size);
}

/** Adds a text of the input. Returns false if it is not UTF-8. */
export function addText(column: usize, place: usize, size: u32): bool {
  if (!isUtf8(place, size)) {
    return false;
  }
  addBytes(column, place, size);
  return true;
}
