/* Reads binary messages. */
import {
  FIELD_CARDINALITY,
  FIELD_FLAGS,
  FIELD_MESSAGE,
  FIELD_NUMBER,
  FIELD_SLOT,
  FIELD_TYPE,
  FIELD_WORDS,
  MAP,
  MESSAGE_FIELD_COUNT,
  MESSAGE_FIELDS,
  ONEOF,
  RESIDUE,
  SINGULAR,
  TYPE_BOOL,
  TYPE_BYTES,
  TYPE_DOUBLE,
  TYPE_ENUM,
  TYPE_FIXED32,
  TYPE_FIXED64,
  TYPE_FLOAT,
  TYPE_INT32,
  TYPE_MESSAGE,
  TYPE_SFIXED32,
  TYPE_SFIXED64,
  TYPE_SINT32,
  TYPE_SINT64,
  TYPE_STRING,
  TYPE_UINT32,
} from "../src/plan/layout";
import {
  allocated,
  appendText,
  BYTES,
  countAllocated,
  NumberValue,
  newText,
  Text,
  UnknownFields,
  Value,
  word,
} from "./base";
import { JsonText } from "./json-node";
import { absent, keptState, Notes, ResidueNumbers } from "./notes";
import { OrderedMap } from "./ordered-map";
import { validate } from "./validate";
import { ListValue, MapValue, Message, newMessage, SetArm, zeroOf } from "./values";

const MAXIMUM_DEPTH = 100;

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const START_GROUP = 3;
const END_GROUP = 4;
const FIXED32 = 5;

let position: usize = 0;
/** Whether the bytes are malformed, or not read further. */
let isMalformed: bool = false;

/** An event may need this memory, and a multiple of `maxSize`. */
const LEAST_MEMORY: i64 = 4 << 20;
const MEMORY_FACTOR: i64 = 8;
const MOST_MEMORY: i64 = 0x60000000;
/** A number of a residue and the note that is made of it. */
const NUMBER_SIZE: usize = 256;
/** What is allocated for each part of a residue. */
const RESIDUE_SIZE: usize = 256;
/** What is allocated for unknown fields in addition to their bytes. */
const UNKNOWN_SIZE: usize = 96;

/** The value of `allocated` that is not exceeded. */
let allocatedLimit: i64 = 0;
/** Whether the last event needs more memory than it may. */
export let needsTooMuch: bool = false;

/** Returns how much memory an event may need. */
export function memoryLimit(maxSize: i64): i64 {
  return min<i64>(MOST_MEMORY, LEAST_MEMORY + MEMORY_FACTOR * maxSize);
}

/** Returns whether so many bytes can be allocated for the event. Otherwise, it is not read further. */
function mayAllocate(size: usize): bool {
  if (<i64>allocated + <i64>size > allocatedLimit) {
    needsTooMuch = needsTooMuch || !isMalformed;
    isMalformed = true;
  }
  return !isMalformed;
}

/** Reads a message; null if the bytes are malformed, or need more memory than `limit`. */
export function decode(type: usize, start: usize, size: i32, limit: i64): Message | null {
  position = start;
  isMalformed = false;
  needsTooMuch = false;
  allocatedLimit = <i64>allocated + limit;
  const message = newMessage(type);
  readMessage(message, start + size, 1);
  return isMalformed ? null : message;
}

/** The address after the last varint that `readSize` read. */
export let sizeEnd: usize = 0;

/** Reads the size before an event: -1 if it is incomplete, -2 if it is not a size. */
export function readSize(start: usize, end: usize): i32 {
  position = start;
  isMalformed = false;
  const size = readVarint(end);
  sizeEnd = position;
  if (isMalformed) {
    return position >= end && end - start < 10 ? -1 : -2;
  }
  return size > 0x7fffffff ? -2 : <i32>size;
}

function readVarint(end: usize): u64 {
  let value: u64 = 0;
  for (let shift: u64 = 0; shift < 70; shift += 7) {
    if (position >= end) {
      break;
    }
    const byte: u64 = load<u8>(position++);
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      return value;
    }
  }
  isMalformed = true;
  return 0;
}

/** Reads a size and returns the end of what it is the size of. */
function readEnd(end: usize): usize {
  const size = readVarint(end);
  if (isMalformed || size > <u64>(end - position)) {
    isMalformed = true;
    return position;
  }
  return position + <usize>size;
}

function readMessage(message: Message, end: usize, depth: i32): void {
  if (!mayAllocate(0)) {
    return;
  }
  if (depth > MAXIMUM_DEPTH) {
    isMalformed = true;
    return;
  }
  const type = message.type;
  const fields = <usize>word(type, MESSAGE_FIELDS);
  const afterFields = fields + ((<usize>word(type, MESSAGE_FIELD_COUNT) * FIELD_WORDS) << 2);
  let next = fields;
  while (position < end && !isMalformed) {
    const start = position;
    const tag = readVarint(end);
    const number = <u32>(tag >> 3);
    if (isMalformed || tag > 0xffffffff || number === 0) {
      isMalformed = true;
      return;
    }
    // Fields usually come in the order of their numbers.
    let field = next;
    while (field < afterFields && word(field, FIELD_NUMBER) < number) {
      field += FIELD_WORDS << 2;
    }
    if (field >= afterFields || word(field, FIELD_NUMBER) !== number) {
      field = findField(fields, afterFields, number);
    }
    if (field === 0) {
      keepUnknown(message, start, <i32>tag, end, depth);
      continue;
    }
    next = field;
    readField(message, field, <i32>(tag & 7), end, depth);
  }
}

function findField(fields: usize, end: usize, number: u32): usize {
  for (let field = fields; field < end; field += FIELD_WORDS << 2) {
    if (word(field, FIELD_NUMBER) === number) {
      return field;
    }
  }
  return 0;
}

function keepUnknown(message: Message, start: usize, tag: i32, end: usize, depth: i32): void {
  const content = position;
  skip(<u32>tag >> 3, tag & 7, end, depth);
  if (isMalformed) {
    return;
  }
  message.unknown = withUnknown(message.unknown, start, content);
}

/** Adds the field that ends at the current position. */
function withUnknown(before: UnknownFields | null, start: usize, content: usize): UnknownFields {
  const size = <i32>(position - start);
  countAllocated(UNKNOWN_SIZE);
  mayAllocate(0);
  const text =
    before === null ? newText(start, size, 0, BYTES) : appendText(before.bytes, start, size, 0);
  const held: i64 = before === null ? 32 : before.size;
  // Like an object with the members no, wireType and data.
  return new UnknownFields(text, held + 46 + <i64>(position - content));
}

function skip(number: u32, wireType: i32, end: usize, depth: i32): void {
  switch (wireType) {
    case VARINT:
      readVarint(end);
      return;
    case FIXED64:
      position += 8;
      break;
    case DELIMITED:
      position = readEnd(end);
      return;
    case START_GROUP:
      skipGroup(number, end, depth + 1);
      return;
    case FIXED32:
      position += 4;
      break;
    default:
      isMalformed = true;
      return;
  }
  isMalformed = isMalformed || position > end;
}

function skipGroup(number: u32, end: usize, depth: i32): void {
  if (depth > MAXIMUM_DEPTH) {
    isMalformed = true;
    return;
  }
  while (!isMalformed) {
    const tag = readVarint(end);
    const wireType = <i32>(tag & 7);
    if (isMalformed || tag > 0xffffffff || tag < 8) {
      isMalformed = true;
      return;
    }
    if (wireType === END_GROUP) {
      isMalformed = <u32>(tag >> 3) !== number;
      return;
    }
    skip(<u32>(tag >> 3), wireType, end, depth);
  }
}

function wireTypeOf(type: u32): i32 {
  switch (type) {
    case TYPE_DOUBLE:
    case TYPE_FIXED64:
    case TYPE_SFIXED64:
      return FIXED64;
    case TYPE_FLOAT:
    case TYPE_FIXED32:
    case TYPE_SFIXED32:
      return FIXED32;
    case TYPE_STRING:
    case TYPE_BYTES:
    case TYPE_MESSAGE:
      return DELIMITED;
    default:
      return VARINT;
  }
}

function readField(message: Message, field: usize, wireType: i32, end: usize, depth: i32): void {
  const type = word(field, FIELD_TYPE);
  const slot = word(field, FIELD_SLOT);
  const flags = word(field, FIELD_FLAGS);
  if (word(field, FIELD_CARDINALITY) !== SINGULAR) {
    readCollection(message, field, wireType, end, depth);
    return;
  }
  if (wireType !== wireTypeOf(type)) {
    isMalformed = true;
    return;
  }
  if ((flags & RESIDUE) !== 0) {
    readResidue(message, end);
    return;
  }
  if (type !== TYPE_MESSAGE) {
    const value = readScalar(type, end);
    message.slots[slot] = (flags & ONEOF) !== 0 ? new SetArm(field, value) : value;
    return;
  }
  const before = message.slots[slot];
  let target: Message | null = null;
  if ((flags & ONEOF) !== 0) {
    const arm = changetype<SetArm | null>(before);
    target = arm !== null && arm.field === field ? changetype<Message>(arm.value) : null;
  } else {
    target = changetype<Message | null>(before);
  }
  const child = target === null ? newMessage(word(field, FIELD_MESSAGE)) : target;
  const childEnd = readEnd(end);
  readMessage(child, childEnd, depth + 1);
  isMalformed = isMalformed || position !== childEnd;
  message.slots[slot] = (flags & ONEOF) !== 0 ? new SetArm(field, child) : child;
}

function readCollection(
  message: Message,
  field: usize,
  wireType: i32,
  end: usize,
  depth: i32,
): void {
  const type = word(field, FIELD_TYPE);
  const slot = word(field, FIELD_SLOT);
  if (word(field, FIELD_CARDINALITY) === MAP) {
    if (wireType !== DELIMITED) {
      isMalformed = true;
      return;
    }
    let map = changetype<MapValue | null>(message.slots[slot]);
    if (map === null) {
      map = new MapValue(OrderedMap.empty());
      message.slots[slot] = map;
    }
    readEntry(map, field, end, depth);
    mayAllocate(0);
    return;
  }
  let list = changetype<ListValue | null>(message.slots[slot]);
  if (list === null) {
    list = new ListValue(new Array<Value>(0), null, 0);
    message.slots[slot] = list;
  }
  const array = changetype<Value[]>(list.array);
  countAllocated(32);
  const own = wireTypeOf(type);
  if (own !== DELIMITED && wireType === DELIMITED) {
    const listEnd = readEnd(end);
    while (position < listEnd && !isMalformed) {
      array.push(readScalar(type, listEnd));
    }
    isMalformed = isMalformed || position !== listEnd;
  } else if (wireType !== own) {
    isMalformed = true;
  } else if (type === TYPE_MESSAGE) {
    array.push(readChild(field, end, depth));
  } else {
    array.push(readScalar(type, end));
  }
  list.length = array.length;
}

function readChild(field: usize, end: usize, depth: i32): Message {
  const child = newMessage(word(field, FIELD_MESSAGE));
  const childEnd = readEnd(end);
  readMessage(child, childEnd, depth + 1);
  isMalformed = isMalformed || position !== childEnd;
  return child;
}

function readEntry(map: MapValue, field: usize, end: usize, depth: i32): void {
  const type = word(field, FIELD_TYPE);
  const entryEnd = readEnd(end);
  let key: Text = newText(0, 0, 0);
  let value = zeroOf(field);
  while (position < entryEnd && !isMalformed) {
    const tag = readVarint(entryEnd);
    const wireType = <i32>(tag & 7);
    if (tag >> 3 === 1 && wireType === DELIMITED) {
      key = changetype<Text>(readScalar(TYPE_STRING, entryEnd));
    } else if (tag >> 3 === 2 && wireType === wireTypeOf(type)) {
      if (type === TYPE_MESSAGE) {
        const childEnd = readEnd(entryEnd);
        readMessage(changetype<Message>(value), childEnd, depth + 1);
        isMalformed = isMalformed || position !== childEnd;
      } else {
        value = readScalar(type, entryEnd);
      }
    } else {
      skip(<u32>(tag >> 3), wireType, entryEnd, depth);
    }
  }
  isMalformed = isMalformed || position !== entryEnd;
  map.entries = map.entries.set(key, value);
}

function readScalar(type: u32, end: usize): Value {
  switch (type) {
    case TYPE_STRING:
    case TYPE_BYTES: {
      const textEnd = readEnd(end);
      const size = <i32>(textEnd - position);
      const start = position;
      position = textEnd;
      if (!mayAllocate(size)) {
        return newText(0, 0, 0);
      }
      if (type === TYPE_BYTES) {
        return newText(start, size, 0, BYTES);
      }
      const units = validate(start, textEnd);
      if (units < 0) {
        isMalformed = true;
      }
      return newText(start, size, units);
    }
    default:
      countAllocated(48);
      mayAllocate(0);
      return new NumberValue(readNumber(type, end));
  }
}

function readNumber(type: u32, end: usize): u64 {
  switch (wireTypeOf(type)) {
    case FIXED64:
      position += 8;
      if (position > end) {
        isMalformed = true;
        return 0;
      }
      return load<u64>(position - 8);
    case FIXED32: {
      position += 4;
      if (position > end) {
        isMalformed = true;
        return 0;
      }
      const bits = load<u32>(position - 4);
      return type === TYPE_SFIXED32 ? <u64>(<i64>(<i32>bits)) : bits;
    }
    default:
      break;
  }
  const value = readVarint(end);
  switch (type) {
    case TYPE_INT32:
    case TYPE_ENUM:
      return <u64>(<i64>(<i32>value));
    case TYPE_UINT32:
      return <u32>value;
    case TYPE_BOOL:
      return u64(value !== 0);
    case TYPE_SINT32:
      return <u64>(<i64>(<i32>(<u32>value >> 1) ^ -(<i32>(value & 1))));
    case TYPE_SINT64:
      return (value >> 1) ^ (~(value & 1) + 1);
    default:
      return value;
  }
}

/** Reads a residue; further ones in the same message are merged into it. */
function readResidue(message: Message, end: usize): void {
  countAllocated(RESIDUE_SIZE);
  if (!mayAllocate(0)) {
    return;
  }
  const before = message.notes;
  let members = before === null ? OrderedMap.empty() : before.members;
  const old: ResidueNumbers | null = before === null ? null : before.decoded;
  const numbers: ResidueNumbers = old === null ? new ResidueNumbers() : old;
  const residueEnd = readEnd(end);
  while (position < residueEnd && !isMalformed) {
    const start = position;
    const tag = readVarint(residueEnd);
    const wireType = <i32>(tag & 7);
    const number = <u32>(tag >> 3);
    if (number === 0 || tag > 0xffffffff) {
      isMalformed = true;
    } else if (number === 1 && wireType === DELIMITED) {
      members = readNote(members, residueEnd);
      mayAllocate(0);
    } else if (number >= 2 && number <= 4) {
      const list =
        number === 2
          ? numbers.nullFields
          : number === 3
            ? numbers.absentFields
            : numbers.emptyFields;
      readNumbers(list, wireType, residueEnd);
    } else {
      const content = position;
      skip(number, wireType, residueEnd, MAXIMUM_DEPTH - 1);
      if (!isMalformed) {
        numbers.unknown = withUnknown(numbers.unknown, start, content);
      }
    }
  }
  isMalformed = isMalformed || position !== residueEnd;
  message.notes = Notes.of(members, numbers);
}

function readNumbers(list: u32[], wireType: i32, end: usize): void {
  if (wireType === VARINT) {
    readNoted(list, end);
  } else if (wireType === DELIMITED) {
    const listEnd = readEnd(end);
    while (position < listEnd && !isMalformed) {
      readNoted(list, listEnd);
    }
  } else {
    isMalformed = true;
  }
}

function readNoted(list: u32[], end: usize): void {
  const number = <u32>readVarint(end);
  countAllocated(NUMBER_SIZE);
  if (mayAllocate(0)) {
    list.push(number);
  }
}

/** Reads an entry of the members of a residue. */
function readNote(members: OrderedMap, end: usize): OrderedMap {
  const entryEnd = readEnd(end);
  let name = newText(0, 0, 0);
  let text = name;
  while (position < entryEnd && !isMalformed) {
    const tag = readVarint(entryEnd);
    if (tag === 10) {
      name = changetype<Text>(readScalar(TYPE_STRING, entryEnd));
    } else if (tag === 18) {
      text = changetype<Text>(readScalar(TYPE_STRING, entryEnd));
    } else {
      skip(<u32>(tag >> 3), <i32>(tag & 7), entryEnd, MAXIMUM_DEPTH - 1);
    }
  }
  isMalformed = isMalformed || position !== entryEnd;
  return members.set(name, text.length === 0 ? absent : keptState(new JsonText(text)));
}
