/* Lists, maps and messages. */
import {
  FIELD_MESSAGE,
  FIELD_TYPE,
  MESSAGE_SLOTS,
  TYPE_BYTES,
  TYPE_MESSAGE,
  TYPE_STRING,
} from "../src/plan/layout";
import {
  BYTES,
  countAllocated,
  LIST_VALUE,
  MAP_VALUE,
  MESSAGE,
  NUMBER,
  NumberValue,
  newText,
  SET_ARM,
  TEXT,
  Text,
  UnknownFields,
  Value,
  word,
} from "./base";
import { Notes } from "./notes";
import { OrderedMap } from "./ordered-map";
import { Vector } from "./vector";

/** A list. It is decoded to an array; a list that deltas build is a vector. */
export class ListValue extends Value {
  /** The size in the unit of `maxSize`; -1 if it was not computed. */
  size: i64 = -1;
  /** The first index of each identifier of its elements; null if it was not computed. */
  places: OrderedMap | null = null;
  constructor(
    public array: Value[] | null,
    public vector: Vector | null,
    public length: i32,
  ) {
    super(LIST_VALUE);
  }

  at(index: i32): Value {
    const array = this.array;
    return array !== null ? unchecked(array[index]) : changetype<Vector>(this.vector).at(index);
  }
}

export class MapValue extends Value {
  size: i64 = -1;
  constructor(public entries: OrderedMap) {
    super(MAP_VALUE);
  }
}

/** The set arm of a oneof. */
export class SetArm extends Value {
  constructor(
    /** The field's record in the plan. */
    public field: usize,
    public value: Value,
  ) {
    super(SET_ARM);
  }
}

export class Message extends Value {
  size: i64 = -1;
  notes: Notes | null = null;
  unknown: UnknownFields | null = null;
  constructor(
    /** The message type's record in the plan. */
    public type: usize,
    public slots: StaticArray<Value | null>,
  ) {
    super(MESSAGE);
  }

  arm(slot: i32): SetArm | null {
    return changetype<SetArm | null>(unchecked(this.slots[slot]));
  }
}

/** Returns a message without any field. */
export function newMessage(type: usize): Message {
  const slots = word(type, MESSAGE_SLOTS);
  countAllocated((slots << 2) + 96);
  return new Message(type, new StaticArray<Value | null>(slots));
}

/** Returns a copy whose slots can be changed. */
export function copyMessage(message: Message): Message {
  const copy = newMessage(message.type);
  memory.copy(
    changetype<usize>(copy.slots),
    changetype<usize>(message.slots),
    (<usize>message.slots.length) << 2,
  );
  copy.notes = message.notes;
  copy.unknown = message.unknown;
  return copy;
}

const zeroNumber = new NumberValue(0);
const emptyText = newText(0, 0, 0);
const emptyBytes = newText(0, 0, 0, BYTES);

/** Returns the zero value of a singular field. */
export function zeroOf(field: usize): Value {
  switch (word(field, FIELD_TYPE)) {
    case TYPE_STRING:
      return emptyText;
    case TYPE_BYTES:
      return emptyBytes;
    case TYPE_MESSAGE:
      return newMessage(word(field, FIELD_MESSAGE));
    default:
      return zeroNumber;
  }
}

/** Returns whether a scalar is zero, or a collection empty. */
export function isZero(value: Value): bool {
  switch (value.kind) {
    case TEXT:
    case BYTES:
      return changetype<Text>(value).length === 0;
    case LIST_VALUE:
      return changetype<ListValue>(value).length === 0;
    case MAP_VALUE:
      return changetype<MapValue>(value).entries.size === 0;
    case NUMBER:
      return changetype<NumberValue>(value).bits === 0;
    default:
      return false;
  }
}
