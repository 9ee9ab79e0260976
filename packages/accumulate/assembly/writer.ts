/*
 * Writes binary messages and JSON text, from the end to the start: so the size of a message is known
 * when it is written before it.
 */
import {
  EXPLICIT,
  FIELD_CARDINALITY,
  FIELD_FLAGS,
  FIELD_NUMBER,
  FIELD_SLOT,
  FIELD_TYPE,
  FIELD_WORDS,
  LIST,
  MAP,
  MESSAGE_FIELD_COUNT,
  MESSAGE_FIELDS,
  ONEOF,
  PACKED,
  RESIDUE,
  TYPE_BYTES,
  TYPE_DOUBLE,
  TYPE_FIXED32,
  TYPE_FIXED64,
  TYPE_FLOAT,
  TYPE_MESSAGE,
  TYPE_SFIXED32,
  TYPE_SFIXED64,
  TYPE_SINT32,
  TYPE_SINT64,
  TYPE_STRING,
} from "../src/plan/layout";
import { countArray, Entry, NumberValue, Text, Value, word } from "./base";
import { compareDecimals, JsonNode } from "./json-node";
import { ABSENT, EMPTY_COLLECTION, KEPT, Notes, NULL, State } from "./notes";
import { OrderedMap } from "./ordered-map";
import {
  close,
  outputSize,
  room,
  writeDelimited,
  writeTag,
  writeText,
  writeVarint,
} from "./output";
import { isZero, ListValue, MapValue, Message, SetArm } from "./values";
import { writeNode } from "./write-json";

export function writeMessage(message: Message): void {
  const type = message.type;
  const unknown = message.unknown;
  if (unknown !== null) {
    writeText(unknown.bytes);
  }
  const fields = <usize>word(type, MESSAGE_FIELDS);
  for (let index = <i32>word(type, MESSAGE_FIELD_COUNT) - 1; index >= 0; index--) {
    const field = fields + ((<usize>index * FIELD_WORDS) << 2);
    const flags = word(field, FIELD_FLAGS);
    if ((flags & RESIDUE) !== 0) {
      const notes = message.notes;
      if (notes !== null) {
        const before = outputSize();
        writeNotes(notes);
        close(word(field, FIELD_NUMBER), before);
      }
      continue;
    }
    let value = message.slots[word(field, FIELD_SLOT)];
    if (value === null) {
      continue;
    }
    if ((flags & ONEOF) !== 0) {
      const arm = changetype<SetArm>(value);
      if (arm.field !== field) {
        continue;
      }
      value = arm.value;
    } else if ((flags & EXPLICIT) === 0 && isZero(value)) {
      continue;
    }
    switch (word(field, FIELD_CARDINALITY)) {
      case LIST:
        writeList(field, changetype<ListValue>(value));
        break;
      case MAP:
        writeMap(field, changetype<MapValue>(value).entries);
        break;
      default:
        writeField(word(field, FIELD_NUMBER), word(field, FIELD_TYPE), value);
    }
  }
}

function wireTypeOf(type: u32): u32 {
  switch (type) {
    case TYPE_DOUBLE:
    case TYPE_FIXED64:
    case TYPE_SFIXED64:
      return 1;
    case TYPE_STRING:
    case TYPE_BYTES:
    case TYPE_MESSAGE:
      return 2;
    case TYPE_FLOAT:
    case TYPE_FIXED32:
    case TYPE_SFIXED32:
      return 5;
    default:
      return 0;
  }
}

function writeField(number: u32, type: u32, value: Value): void {
  const before = outputSize();
  switch (type) {
    case TYPE_STRING:
    case TYPE_BYTES:
      writeDelimited(number, changetype<Text>(value));
      return;
    case TYPE_MESSAGE:
      writeMessage(changetype<Message>(value));
      close(number, before);
      return;
    default:
      writeNumber(type, changetype<NumberValue>(value).bits);
      writeTag(number, wireTypeOf(type));
  }
}

function writeNumber(type: u32, bits: u64): void {
  switch (wireTypeOf(type)) {
    case 1:
      store<u64>(room(8), bits);
      return;
    case 5:
      store<u32>(room(4), <u32>bits);
      return;
    default:
      break;
  }
  if (type === TYPE_SINT32 || type === TYPE_SINT64) {
    const signed = <i64>bits;
    bits = <u64>((signed << 1) ^ (signed >> 63));
  }
  writeVarint(type === TYPE_SINT32 ? <u32>bits : bits);
}

function writeList(field: usize, list: ListValue): void {
  const number = word(field, FIELD_NUMBER);
  const type = word(field, FIELD_TYPE);
  if ((word(field, FIELD_FLAGS) & PACKED) === 0) {
    for (let index = list.length - 1; index >= 0; index--) {
      writeField(number, type, list.at(index));
    }
  } else if (list.length > 0) {
    const before = outputSize();
    for (let index = list.length - 1; index >= 0; index--) {
      writeNumber(type, changetype<NumberValue>(list.at(index)).bits);
    }
    close(number, before);
  }
}

function writeMap(field: usize, map: OrderedMap): void {
  const number = word(field, FIELD_NUMBER);
  const type = word(field, FIELD_TYPE);
  const entries = entriesOf(map);
  for (let index = entries.length - 1; index >= 0; index--) {
    const before = outputSize();
    writeField(2, type, entries[index].value);
    writeDelimited(1, entries[index].key);
    close(number, before);
  }
}

/** Returns the entries in the order of properties in JavaScript: integers come first. */
export function entriesOf(map: OrderedMap): Entry[] {
  const others = new Array<Entry>(0);
  let integers: Entry[] | null = null;
  for (let place = 0; place < map.placeCount; place++) {
    const entry = map.entryAt(place);
    if (entry === null) {
      continue;
    }
    if (isIndex(entry.key)) {
      if (integers === null) {
        integers = new Array<Entry>(0);
      }
      integers.push(entry);
    } else {
      others.push(entry);
    }
  }
  countArray(map.size);
  return integers === null ? others : integers.sort(compareDecimals).concat(others);
}

function isIndex(key: Text): bool {
  const length = key.length;
  const start = key.start;
  if (length === 0 || length > 10 || (load<u8>(start) === 0x30 && length > 1)) {
    return false;
  }
  let number: u64 = 0;
  for (let index = 0; index < length; index++) {
    const digit = <u32>load<u8>(start + index) - 0x30;
    if (digit > 9) {
      return false;
    }
    number = number * 10 + digit;
  }
  return number < 0xffffffff;
}

function writeNotes(notes: Notes): void {
  const decoded = notes.decoded;
  const fields = notes.fields;
  if (decoded !== null) {
    const unknown = decoded.unknown;
    if (unknown !== null) {
      writeText(unknown.bytes);
    }
    writeNumbers(4, decoded.emptyFields);
    writeNumbers(3, decoded.absentFields);
    writeNumbers(2, decoded.nullFields);
  } else {
    writeNumbers(4, numbersOf(fields, EMPTY_COLLECTION));
    writeNumbers(3, numbersOf(fields, ABSENT));
    writeNumbers(2, numbersOf(fields, NULL));
  }
  const entries = entriesOf(notes.members);
  for (let index = entries.length - 1; index >= 0; index--) {
    const before = outputSize();
    const state = changetype<State>(entries[index].value);
    if (state.is === KEPT) {
      writeNode(changetype<JsonNode>(state.node));
    }
    close(2, before);
    writeDelimited(1, entries[index].key);
    close(1, before);
  }
}

function numbersOf(fields: OrderedMap, is: u8): u32[] {
  const numbers = new Array<u32>(0);
  for (let place = 0; place < fields.placeCount; place++) {
    const entry = fields.entryAt(place);
    if (entry !== null && changetype<State>(entry.value).is === is) {
      numbers.push(load<u32>(entry.key.start));
    }
  }
  countArray(numbers.length);
  return numbers;
}

function writeNumbers(number: u32, numbers: u32[]): void {
  if (numbers.length === 0) {
    return;
  }
  const before = outputSize();
  for (let index = numbers.length - 1; index >= 0; index--) {
    writeVarint(numbers[index]);
  }
  close(number, before);
}
