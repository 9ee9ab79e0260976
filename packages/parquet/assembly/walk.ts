import { addText, COLUMN_TYPE, setBoolean, setNumber, setValid } from "./column";
import {
  ACTION_A,
  ACTION_B,
  ACTION_C,
  ACTION_KIND,
  ACTION_SIZE,
  APPEND,
  BOOLEAN,
  ENTER,
  NAME_NUMBER,
  NAME_SIZE,
  NAME_TEXT,
  NAME_TEXT_SIZE,
  NODE_FIELD_MAX,
  NODE_FIELDS,
  NODE_LIST_COUNT,
  NODE_LISTS,
  NODE_RESIDUE,
  NODE_VALUE_COUNT,
  NODE_VALUES,
  READ,
  STRING,
  TIMESTAMP,
  VALUE_COLUMN,
  VALUE_DEFAULT,
  VALUE_FIELD,
  VALUE_NAME,
  VALUE_NAME_SIZE,
  VALUE_SIZE,
  WIRE_BOOLEAN,
  WIRE_DOUBLE,
  WIRE_ENUM,
  WIRE_FIXED32,
  WIRE_FIXED64,
  WIRE_SFIXED32,
  WIRE_SFIXED64,
  WIRE_STRING,
  WIRE_UNSIGNED,
  WIRE_ZIGZAG,
} from "./layout";
import { addJson } from "./residue";
import { columnAt, plan, slots } from "./state";
import { microseconds } from "./time";
import { isUtf8 } from "./utf8";
import {
  at,
  bytes,
  FIXED32,
  FIXED64,
  isBroken,
  readBody,
  readVarint,
  SIZED,
  VARINT,
  value,
} from "./wire";

// Fills the columns of a row from a message. The values of a message are collected in slots, and
// written when it ends: only then is it known whether a field is absent, and what the residue
// says about it.

// A slot.
const SLOT_STATE: usize = 0;
const SLOT_SIZE_AT: usize = 4;
/** A number, or the place of a text. */
const SLOT_VALUE: usize = 8;
export const SLOT_SIZE: usize = 16;

// The states of a slot. It begins with 0: nothing is known.
const SET: u32 = 1;
/** The residue says that the member is absent or null. */
const NOTED: u32 = 2;
/** The residue has a JSON text. */
const TEXT: u32 = 3;

// The fields of JsonResidue and of an entry of its map.
const RESIDUE_MEMBERS: u32 = 1;
const RESIDUE_NULL: u32 = 2;
const RESIDUE_ABSENT: u32 = 3;
const ENTRY_NAME: u32 = 1;
const ENTRY_TEXT: u32 = 2;

let top: usize = 0;

/** Fills the current row. Returns false if the message is malformed. */
export function walkRow(node: usize, place: usize, end: usize): bool {
  top = slots;
  return walk(node, place, end);
}

function walk(node: usize, place: usize, end: usize): bool {
  const base = top;
  const count: usize = load<u32>(node, NODE_VALUE_COUNT);
  top = base + count * SLOT_SIZE;
  memory.fill(base, 0, top - base);
  const residue = load<u32>(node, NODE_RESIDUE);
  const fieldMax = load<u32>(node, NODE_FIELD_MAX);
  const fields = plan + load<u32>(node, NODE_FIELDS);
  let next = place;
  while (next < end) {
    const tag = <u32>readVarint(next, end);
    next = at;
    const field = tag >> 3;
    const wireType = tag & 7;
    if (!isBroken) {
      readBody(wireType, next, end);
      next = at;
    }
    if (isBroken || field === 0) {
      return false;
    }
    if (field === residue) {
      if (wireType === SIZED && !readResidue(base, node, bytes, next)) {
        return false;
      }
    } else if (field <= fieldMax) {
      const actions: usize = load<u32>(fields + ((<usize>field) << 2));
      if (actions !== 0 && !act(base, plan + actions, wireType, value, bytes)) {
        return false;
      }
    }
  }
  top = base;
  return writeValues(base, node);
}

/** Does what the plan says about a field. Returns false if it is malformed. */
function act(base: usize, actions: usize, wireType: u32, number: u64, text: usize): bool {
  let action = actions + 4;
  for (let rest = load<u32>(actions); rest > 0; rest--) {
    const a: usize = load<u32>(action, ACTION_A);
    const kind = load<u32>(action, ACTION_KIND);
    if (kind === READ) {
      readValue(base + a * SLOT_SIZE, action, wireType, number, text);
    } else if (kind === ENTER) {
      if (wireType === SIZED && !walk(plan + a, text, text + <usize>number)) {
        return false;
      }
    } else if (kind === APPEND) {
      if (wireType === SIZED && !addText(columnAt(a), text, <u32>number)) {
        return false;
      }
    } else {
      const slot = base + a * SLOT_SIZE;
      setSlot(slot, plan + load<u32>(action, ACTION_B), load<u32>(action, ACTION_C));
    }
    action += ACTION_SIZE;
  }
  return true;
}

// @inline
function setSlot(slot: usize, number: u64, size: u32): void {
  store<u32>(slot, SET, SLOT_STATE);
  store<u32>(slot, size, SLOT_SIZE_AT);
  store<u64>(slot, number, SLOT_VALUE);
}

/**
 * Puts a field into a slot: a number, or a text with its size as number. A field with another wire
 * type is an unknown field.
 */
function readValue(slot: usize, action: usize, wireType: u32, number: u64, text: usize): void {
  const type = load<u32>(action, ACTION_B);
  if (wireType === SIZED) {
    if (type === WIRE_STRING) {
      setSlot(slot, text, <u32>number);
    }
    return;
  }
  const expected: u32 =
    type === WIRE_FIXED32 || type === WIRE_SFIXED32
      ? FIXED32
      : type === WIRE_FIXED64 || type === WIRE_SFIXED64 || type === WIRE_DOUBLE
        ? FIXED64
        : VARINT;
  if (wireType !== expected || type === WIRE_STRING) {
    return;
  }
  switch (type) {
    case WIRE_ENUM:
      nameValue(slot, load<u32>(action, ACTION_C), <u32>number);
      break;
    case WIRE_ZIGZAG:
      setSlot(slot, (number >> 1) ^ -(number & 1), 0);
      break;
    case WIRE_SFIXED32:
      setSlot(slot, <u64>(<i64>(<i32>number)), 0);
      break;
    case WIRE_BOOLEAN:
      setSlot(slot, number !== 0 ? 1 : 0, 0);
      break;
    case WIRE_UNSIGNED:
    case WIRE_FIXED64:
      // The column cannot hold larger numbers.
      if (number > <u64>i64.MAX_VALUE) {
        store<u32>(slot, NOTED, SLOT_STATE);
        break;
      }
      setSlot(slot, number, 0);
      break;
    default:
      setSlot(slot, number, 0);
  }
}

/** Puts the name of an enum value into a slot, if it has one. */
function nameValue(slot: usize, names: usize, number: u32): void {
  let name = plan + names + 4;
  for (let rest = load<u32>(plan + names); rest > 0; rest--) {
    if (load<u32>(name, NAME_NUMBER) === number) {
      setSlot(slot, plan + load<u32>(name, NAME_TEXT), load<u32>(name, NAME_TEXT_SIZE));
      return;
    }
    name += NAME_SIZE;
  }
}

function readResidue(base: usize, node: usize, place: usize, end: usize): bool {
  let next = place;
  while (next < end) {
    const tag = <u32>readVarint(next, end);
    const entry = isBroken ? 0 : readVarint(at, end);
    next = at;
    const field = tag >> 3;
    if (isBroken) {
      return false;
    }
    if ((tag & 7) === VARINT) {
      if (field === RESIDUE_NULL || field === RESIDUE_ABSENT) {
        noteField(base, node, <u32>entry);
      }
      continue;
    }
    if ((tag & 7) !== SIZED || entry > <u64>(end - next)) {
      return false;
    }
    const size = <usize>entry;
    if (field === RESIDUE_MEMBERS) {
      if (!readEntry(base, node, next, next + size)) {
        return false;
      }
    } else if (field === RESIDUE_NULL || field === RESIDUE_ABSENT) {
      for (let number = next; number < next + size; number = at) {
        noteField(base, node, <u32>readVarint(number, next + size));
        if (isBroken) {
          return false;
        }
      }
    }
    next += size;
  }
  return true;
}

/** Notes that the member of a field is null or absent. */
function noteField(base: usize, node: usize, field: u32): void {
  let slot = base;
  let entry = plan + load<u32>(node, NODE_VALUES);
  for (let rest = load<u32>(node, NODE_VALUE_COUNT); rest > 0; rest--) {
    if (load<u32>(entry, VALUE_FIELD) === field && load<u32>(slot, SLOT_STATE) !== SET) {
      store<u32>(slot, NOTED, SLOT_STATE);
    }
    slot += SLOT_SIZE;
    entry += VALUE_SIZE;
  }
}

/** Reads an entry of the map with the texts of members. */
function readEntry(base: usize, node: usize, place: usize, end: usize): bool {
  let name: usize = place;
  let nameSize: u32 = 0;
  let text: usize = place;
  let textSize: u32 = 0;
  let next = place;
  while (next < end) {
    const tag = <u32>readVarint(next, end);
    const size = isBroken ? 0 : readVarint(at, end);
    if (isBroken || (tag & 7) !== SIZED || size > <u64>(end - at)) {
      return false;
    }
    if (tag >> 3 === ENTRY_NAME) {
      name = at;
      nameSize = <u32>size;
    } else if (tag >> 3 === ENTRY_TEXT) {
      text = at;
      textSize = <u32>size;
    }
    next = at + <usize>size;
  }
  let slot = base;
  let entry = plan + load<u32>(node, NODE_VALUES);
  for (let rest = load<u32>(node, NODE_VALUE_COUNT); rest > 0; rest--) {
    if (
      load<u32>(entry, VALUE_NAME_SIZE) === nameSize &&
      load<u32>(slot, SLOT_STATE) !== SET &&
      memory.compare(plan + load<u32>(entry, VALUE_NAME), name, nameSize) === 0
    ) {
      store<u32>(slot, textSize === 0 ? NOTED : TEXT, SLOT_STATE);
      store<u32>(slot, textSize, SLOT_SIZE_AT);
      store<u64>(slot, text, SLOT_VALUE);
    }
    slot += SLOT_SIZE;
    entry += VALUE_SIZE;
  }
  return true;
}

/** Writes the values of a message to their columns. Returns false if a text is not UTF-8. */
function writeValues(base: usize, node: usize): bool {
  let list = plan + load<u32>(node, NODE_LISTS);
  for (let rest = load<u32>(node, NODE_LIST_COUNT); rest > 0; rest--) {
    setValid(columnAt(load<u32>(list)));
    list += 4;
  }
  let slot = base;
  let entry = plan + load<u32>(node, NODE_VALUES);
  for (let rest = load<u32>(node, NODE_VALUE_COUNT); rest > 0; rest--) {
    const column = columnAt(load<u32>(entry, VALUE_COLUMN));
    const state = load<u32>(slot, SLOT_STATE);
    if (state === SET) {
      if (!writeValue(column, slot)) {
        return false;
      }
    } else if (state === TEXT) {
      const place = <usize>load<u64>(slot, SLOT_VALUE);
      const size = load<u32>(slot, SLOT_SIZE_AT);
      if (!isUtf8(place, size)) {
        return false;
      }
      addJson(column, place, size);
    } else if (state !== NOTED && load<u32>(entry, VALUE_DEFAULT)) {
      // The slot is zero: the default of every type.
      writeValue(column, slot);
    }
    slot += SLOT_SIZE;
    entry += VALUE_SIZE;
  }
  return true;
}

function writeValue(column: usize, slot: usize): bool {
  const entry = load<u64>(slot, SLOT_VALUE);
  switch (load<u32>(column, COLUMN_TYPE)) {
    case STRING:
      return addText(column, <usize>entry, load<u32>(slot, SLOT_SIZE_AT));
    case BOOLEAN:
      setBoolean(column, entry !== 0);
      break;
    case TIMESTAMP: {
      const time = microseconds(<i64>entry);
      if (time !== i64.MIN_VALUE) {
        setNumber(column, <u64>time);
      }
      break;
    }
    default:
      setNumber(column, entry);
  }
  return true;
}
