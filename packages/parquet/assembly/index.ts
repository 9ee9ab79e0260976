import {
  bitmapSize,
  COLUMN_DATA,
  COLUMN_DATA_SIZE,
  COLUMN_ELEMENT_COUNT,
  COLUMN_ELEMENTS,
  COLUMN_LIST,
  COLUMN_NAME,
  COLUMN_NAME_SIZE,
  COLUMN_OFFSETS,
  COLUMN_SIZE,
  COLUMN_TYPE,
  COLUMN_VALID,
  COLUMN_VALIDITY,
} from "./column";
import { close, convertMessages } from "./convert";
import {
  BOOLEAN,
  MESSAGE_COLUMN_COUNT,
  MESSAGE_COLUMNS,
  MESSAGE_NAME,
  MESSAGE_NAME_SIZE,
  MESSAGE_NODE,
  MESSAGE_SIZE,
  MESSAGE_VALUE_COUNT,
  PLAN_COLUMN_LIST,
  PLAN_COLUMN_NAME,
  PLAN_COLUMN_NAME_SIZE,
  PLAN_COLUMN_SIZE,
  PLAN_COLUMN_TYPE,
  PLAN_HEAD_SIZE,
  PLAN_LAYOUT,
  PLAN_LAYOUT_AT,
  PLAN_MAGIC,
  PLAN_MAGIC_AT,
  PLAN_MESSAGE_COUNT,
  PLAN_MESSAGES,
  PLAN_SIZE,
} from "./layout";
import { writePage } from "./page";
import { clearWords, setWord } from "./result";
import {
  columnAt,
  columns,
  columnCount as count,
  plan,
  rows,
  setPlan,
  setSelected,
  slots,
} from "./state";
import { SLOT_SIZE } from "./walk";

// stepwire-columns.wasm: columns from messages. docs/columns-abi.md describes every function.

const VERSION: u32 = 1;
/** Larger inputs would need more memory than a module can have. */
const MAX_INPUT: u32 = 0x20000000;
/** Bytes after the input that may be read. */
const SPARE: usize = 64;

let input: usize = 0;
let inputRoom: usize = 0;
/** The plan that a host has sent; the built-in one is not in the heap. */
let ownPlan: usize = 0;

// Words of the result.
const FIRST: usize = 0;
const ROWS: usize = 2;
const NULLS: usize = 3;
const VALIDITY: usize = 4;
const OFFSETS: usize = 6;
const DATA: usize = 8;
const ELEMENT_COUNT: usize = 10;
const ELEMENTS: usize = 11;

export function version(): u32 {
  return VERSION;
}

export function reserveInput(size: u32): usize {
  if (size > MAX_INPUT) {
    return 0;
  }
  if (<usize>size + SPARE > inputRoom) {
    if (input !== 0) {
      heap.free(input);
    }
    inputRoom = <usize>size + SPARE;
    input = heap.alloc(inputRoom);
  }
  return input;
}

export function usePlan(size: u32): i32 {
  if (!isPlan(input, size)) {
    return 0;
  }
  deselect();
  if (ownPlan !== 0) {
    heap.free(ownPlan);
  }
  ownPlan = heap.alloc(size);
  memory.copy(ownPlan, input, size);
  setPlan(ownPlan);
  return 1;
}

function isPlan(place: usize, size: u32): bool {
  return (
    size >= PLAN_HEAD_SIZE &&
    load<u32>(place, PLAN_MAGIC_AT) === PLAN_MAGIC &&
    load<u32>(place, PLAN_LAYOUT_AT) === PLAN_LAYOUT &&
    load<u32>(place, PLAN_SIZE) === size
  );
}

/** Frees the columns of the selected message. */
function deselect(): void {
  close();
  if (columns !== 0) {
    heap.free(columns);
    heap.free(slots);
  }
  setSelected(0, 0, 0, 0);
}

export function selectMessage(size: u32): i32 {
  if (plan === 0) {
    return 0;
  }
  let message = plan + load<u32>(plan, PLAN_MESSAGES);
  for (let rest = load<u32>(plan, PLAN_MESSAGE_COUNT); rest > 0; rest--) {
    if (
      load<u32>(message, MESSAGE_NAME_SIZE) === size &&
      memory.compare(plan + load<u32>(message, MESSAGE_NAME), input, size) === 0
    ) {
      select(message);
      return 1;
    }
    message += MESSAGE_SIZE;
  }
  return 0;
}

function select(message: usize): void {
  deselect();
  const columnCount: usize = load<u32>(message, MESSAGE_COLUMN_COUNT);
  const place = heap.alloc(columnCount * COLUMN_SIZE);
  memory.fill(place, 0, columnCount * COLUMN_SIZE);
  let planned = plan + load<u32>(message, MESSAGE_COLUMNS);
  for (let index: usize = 0; index < columnCount; index++) {
    const column = place + index * COLUMN_SIZE;
    store<u32>(column, load<u32>(planned, PLAN_COLUMN_TYPE), COLUMN_TYPE);
    store<u32>(column, load<u32>(planned, PLAN_COLUMN_LIST), COLUMN_LIST);
    store<u32>(column, <u32>plan + load<u32>(planned, PLAN_COLUMN_NAME), COLUMN_NAME);
    store<u32>(column, load<u32>(planned, PLAN_COLUMN_NAME_SIZE), COLUMN_NAME_SIZE);
    planned += PLAN_COLUMN_SIZE;
  }
  const slotsAt = heap.alloc(max<usize>(1, load<u32>(message, MESSAGE_VALUE_COUNT)) * SLOT_SIZE);
  setSelected(plan + load<u32>(message, MESSAGE_NODE), place, <u32>columnCount, slotsAt);
}

export function columnCount(): u32 {
  return count;
}

export function describeColumn(index: u32): i32 {
  clearWords();
  if (index >= count) {
    return 0;
  }
  const column = columnAt(index);
  setWord(FIRST, load<u32>(column, COLUMN_TYPE));
  setWord(FIRST + 1, load<u32>(column, COLUMN_LIST));
  setWord(FIRST + 2, load<u32>(column, COLUMN_NAME));
  setWord(FIRST + 3, load<u32>(column, COLUMN_NAME_SIZE));
  return 1;
}

export function convert(size: u32): i32 {
  return count === 0 ? -1 : convertMessages(input, size);
}

export function column(index: u32): i32 {
  clearWords();
  const place = columnAt(index);
  if (index >= count || load<u32>(place, COLUMN_VALIDITY) === 0) {
    return 0;
  }
  setWord(FIRST, load<u32>(place, COLUMN_TYPE));
  setWord(FIRST + 1, load<u32>(place, COLUMN_LIST));
  setWord(ROWS, rows);
  setWord(NULLS, rows - load<u32>(place, COLUMN_VALID));
  setWord(VALIDITY, load<u32>(place, COLUMN_VALIDITY));
  setWord(VALIDITY + 1, bitmapSize(rows));
  const offsets = load<u32>(place, COLUMN_OFFSETS);
  setWord(OFFSETS, offsets);
  setWord(OFFSETS + 1, offsets === 0 ? 0 : (rows + 1) << 2);
  setWord(DATA, load<u32>(place, COLUMN_DATA));
  setWord(DATA + 1, dataSize(place));
  if (load<u32>(place, COLUMN_LIST)) {
    const elements = load<u32>(place, COLUMN_ELEMENT_COUNT);
    setWord(ELEMENT_COUNT, elements);
    setWord(ELEMENTS, load<u32>(place, COLUMN_ELEMENTS));
    setWord(ELEMENTS + 1, (elements + 1) << 2);
  }
  return 1;
}

function dataSize(place: usize): u32 {
  if (load<u32>(place, COLUMN_OFFSETS) !== 0) {
    return load<u32>(place, COLUMN_DATA_SIZE);
  }
  // A malformed message may have ended the conversion before the last row.
  return load<u32>(place, COLUMN_TYPE) === BOOLEAN ? bitmapSize(rows) : rows << 3;
}

export function page(index: u32): i32 {
  return index < count && load<u32>(columnAt(index), COLUMN_VALIDITY) !== 0
    ? writePage(columnAt(index), index === 0)
    : -1;
}
