/* The sizes of values in the unit of `maxSize`, which are those of the objects in JavaScript. */
import {
  FIELD_CASE_SIZE,
  MESSAGE_FIELD_COUNT,
  MESSAGE_FIELDS,
  MESSAGE_SIZE,
} from "../src/plan/layout";
import {
  BYTES,
  isSameText,
  LIST_VALUE,
  MAP_VALUE,
  MESSAGE,
  NumberValue,
  PLAIN,
  SET_ARM,
  TEXT,
  Text,
  UnknownFields,
  Value,
  word,
} from "./base";
import { CONTAINER_SIZE, JsonNode } from "./json-node";
import { isSameNode } from "./json-text";
import { KEPT, Notes, State, VALUE } from "./notes";
import { OrderedMap } from "./ordered-map";
import { isZero, ListValue, MapValue, Message, SetArm } from "./values";

/** What an unset oneof has of `MESSAGE_SIZE`: an object with the member `case`. */
const UNSET_ARM: i64 = 36;
/** The size of a residue without members: the message, a map and three lists. */
const RESIDUE: i64 = 160;

/** Returns the size of a value. */
export function sizeOf(value: Value): i64 {
  switch (value.kind) {
    case TEXT:
      return changetype<Text>(value).units;
    case BYTES:
      return changetype<Text>(value).length;
    case LIST_VALUE: {
      const list = changetype<ListValue>(value);
      if (list.size < 0) {
        let size = CONTAINER_SIZE;
        for (let index = 0; index < list.length; index++) {
          size += sizeOf(list.at(index));
        }
        list.size = size;
      }
      return list.size;
    }
    case MAP_VALUE: {
      const map = changetype<MapValue>(value);
      if (map.size < 0) {
        map.size = sizeOfMap(map);
      }
      return map.size;
    }
    case MESSAGE:
      return sizeOfMessage(changetype<Message>(value));
    default:
      return 0;
  }
}

function sizeOfMap(map: MapValue): i64 {
  const entries = map.entries;
  let size = CONTAINER_SIZE;
  for (let place = 0; place < entries.placeCount; place++) {
    const entry = entries.entryAt(place);
    if (entry !== null) {
      size += entry.key.units;
      size += sizeOf(entry.value);
    }
  }
  return size;
}

export function sizeOfMessage(message: Message): i64 {
  if (message.size >= 0) {
    return message.size;
  }
  const type = message.type;
  let size = <i64>word(type, MESSAGE_SIZE);
  for (let slot = 0; slot < message.slots.length; slot++) {
    const value = message.slots[slot];
    if (value === null) {
      continue;
    }
    if (value.kind === SET_ARM) {
      const arm = changetype<SetArm>(value);
      size += <i64>word(arm.field, FIELD_CASE_SIZE) - UNSET_ARM + sizeOf(arm.value);
    } else if (value.kind === LIST_VALUE || value.kind === MAP_VALUE) {
      // An empty one is already counted.
      size += sizeOf(value) - CONTAINER_SIZE;
    } else {
      size += sizeOf(value);
    }
  }
  const notes = message.notes;
  const unknown = message.unknown;
  if (notes !== null) {
    size += sizeOfNotes(notes);
  }
  if (unknown !== null) {
    size += unknown.size;
  }
  message.size = size;
  return size;
}

function sizeOfNotes(notes: Notes): i64 {
  let size = RESIDUE;
  const members = notes.members;
  const decoded = notes.decoded;
  for (let place = 0; place < members.placeCount; place++) {
    const entry = members.entryAt(place);
    if (entry !== null) {
      const state = changetype<State>(entry.value);
      size += entry.key.units;
      if (state.is === KEPT) {
        size += changetype<JsonNode>(state.node).textUnits;
      }
    }
  }
  if (decoded !== null && decoded.unknown !== null) {
    size += changetype<UnknownFields>(decoded.unknown).size;
  }
  return size;
}

/** Returns the size of a member's state. */
export function stateSize(state: State): i64 {
  switch (state.is) {
    case KEPT:
      return changetype<JsonNode>(state.node).size;
    case VALUE:
      return sizeOf(changetype<Value>(state.value));
    default:
      return 0;
  }
}

/**
 * Compares two values. The time is at most linear in the size of the smaller one. As in JavaScript,
 * bytes are equal only to themselves.
 */
export function isSameValue(left: Value, right: Value): bool {
  if (left === right) {
    return true;
  }
  if (left.kind !== right.kind) {
    return false;
  }
  switch (left.kind) {
    case TEXT:
      return isSameText(changetype<Text>(left), changetype<Text>(right));
    case BYTES:
      return false;
    case LIST_VALUE: {
      const a = changetype<ListValue>(left);
      const b = changetype<ListValue>(right);
      if (a.length !== b.length) {
        return false;
      }
      for (let index = 0; index < a.length; index++) {
        if (!isSameValue(a.at(index), b.at(index))) {
          return false;
        }
      }
      return true;
    }
    case MAP_VALUE:
      return isSameMap(changetype<MapValue>(left).entries, changetype<MapValue>(right).entries);
    case MESSAGE:
      return isSameMessage(changetype<Message>(left), changetype<Message>(right));
    case SET_ARM: {
      const a = changetype<SetArm>(left);
      const b = changetype<SetArm>(right);
      return a.field === b.field && isSameValue(a.value, b.value);
    }
    default: {
      const a = changetype<NumberValue>(left).bits;
      return a === changetype<NumberValue>(right).bits;
    }
  }
}

function isSameMap(left: OrderedMap, right: OrderedMap): bool {
  if (left.size !== right.size) {
    return false;
  }
  for (let place = 0; place < left.placeCount; place++) {
    const entry = left.entryAt(place);
    if (entry !== null) {
      const other = right.getText(entry.key);
      if (other === null || !isSameEntry(entry.value, other)) {
        return false;
      }
    }
  }
  return true;
}

/** Compares entries of a map, or notes about members. */
function isSameEntry(left: Value, right: Value): bool {
  if (left.kind !== PLAIN) {
    return isSameValue(left, right);
  }
  const a = changetype<State>(left);
  const b = changetype<State>(right);
  return isSameState(a, b);
}

/** Compares the states of two members. */
export function isSameState(left: State, right: State): bool {
  if (left.is !== right.is) {
    return false;
  }
  switch (left.is) {
    case KEPT:
      return isSameNode(changetype<JsonNode>(left.node), changetype<JsonNode>(right.node));
    case VALUE:
      return isSameValue(changetype<Value>(left.value), changetype<Value>(right.value));
    default:
      return true;
  }
}

function isSameMessage(left: Message, right: Message): bool {
  if (left.type !== right.type || left.unknown !== null || right.unknown !== null) {
    return false;
  }
  const fields = <usize>word(left.type, MESSAGE_FIELDS);
  const fieldCount = word(left.type, MESSAGE_FIELD_COUNT);
  for (let slot = 0; slot < left.slots.length; slot++) {
    const a = left.slots[slot];
    const b = right.slots[slot];
    if (a === b) {
      continue;
    }
    if (a === null || b === null) {
      if (!isUnset(fields, fieldCount, slot, changetype<Value>(a === null ? b : a))) {
        return false;
      }
    } else if (!isSameValue(a, b)) {
      return false;
    }
  }
  return isSameNotes(left.notes, right.notes);
}

/** Returns whether a value is that of a field without presence that is not set. */
function isUnset(fields: usize, count: u32, slot: i32, value: Value): bool {
  if (value.kind === LIST_VALUE) {
    return changetype<ListValue>(value).length === 0;
  }
  if (value.kind === MAP_VALUE) {
    return changetype<MapValue>(value).entries.size === 0;
  }
  for (let index: u32 = 0; index < count; index++) {
    const field = fields + ((<usize>index * FIELD_WORDS) << 2);
    if (word(field, FIELD_SLOT) === slot) {
      const flags = word(field, FIELD_FLAGS);
      return (flags & (EXPLICIT | ONEOF)) === 0 && isZero(value);
    }
  }
  return false;
}

function isSameNotes(left: Notes | null, right: Notes | null): bool {
  if (left === right) {
    return true;
  }
  if (left === null || right === null || !isSameMap(left.members, right.members)) {
    return false;
  }
  return isSameMap(left.fields, right.fields);
}

import { EXPLICIT, FIELD_FLAGS, FIELD_SLOT, FIELD_WORDS, ONEOF } from "../src/plan/layout";
