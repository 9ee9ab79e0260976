/* The objects of a stream, and how events change them. */
import {
  ARM_EFFECT,
  ARM_ENDING,
  ARM_FIELD,
  ARM_WORDS,
  CHANGE_FIELD,
  CHANGE_MERGE,
  CHANGE_WORDS,
  EFFECT_CHANGE_COUNT,
  EFFECT_CHANGES,
  EFFECT_FLAGS,
  EFFECT_ID,
  EFFECT_ID_HOLDER,
  EFFECT_OBJECT,
  EFFECT_REPLACES,
  EFFECT_VALUE,
  ENDS_OBJECT,
  ENDS_STREAM,
  EVENT_ARM_COUNT,
  EVENT_ARMS,
  EVENT_MESSAGE,
  EVENT_OBJECT_COUNT,
  EVENT_OBJECTS,
  EVENT_SLOT,
  FIELD_SLOT,
  IDENTITY_FIELD,
  IDENTITY_NAME,
  IDENTITY_WORDS,
  LATEST,
  MESSAGE_NAME,
  OBJECT_ID,
  OBJECT_IDENTITY,
  OBJECT_IDENTITY_COUNT,
  OBJECT_MESSAGE,
  OBJECT_WORDS,
  SINGLE,
} from "../src/plan/layout";
import {
  allocated,
  commitTexts,
  freezeNodes,
  isSameBytes,
  isSameText,
  NumberValue,
  newText,
  resetAllocated,
  rollbackTexts,
  Text,
  word,
} from "./base";
import * as context from "./context";
import { decode, memoryLimit, needsTooMuch } from "./decode";
import { blankMessage, Draft, forgetBlanks, notesOf, readMember, writeMember } from "./draft";
import { endingOf } from "./endings";
import { mergeMessage } from "./merge/merge";
import { VALUE, valueState } from "./notes";
import { OrderedMap } from "./ordered-map";
import { sizeOfMessage } from "./size";
import { Message, SetArm } from "./values";

/** An object. */
export class Item {
  constructor(
    public number: u32,
    /** The object's type, a record of the plan. */
    public type: usize,
    public id: Text,
    public message: Message,
    public size: i64,
    /** The size when the whole object was last counted. */
    public counted: i64,
    public hasEnded: bool,
  ) {}
}

/** The objects of one type. */
class Collection {
  isKept: bool = true;
  /** The numbers of its objects by identifier. */
  numbers: OrderedMap = OrderedMap.empty();
  /** The identifier of the object of the last event. */
  latest: Text = newText(0, 0, 0);
}

/** Objects up to this size are not counted again. */
const LEAST_COUNTED: i64 = 1024;
/** How much may be allocated before a collection: this, and a multiple of the size of all objects. */
const LEAST_ALLOCATED: i64 = 4 << 20;
const MOST_ALLOCATED: i64 = 0x20000000;

let plan: usize = 0;
/** In the order of their numbers. */
let items: Item[] = [];
let collections: Collection[] = [];
let lastNumber: u32 = 0;
let hasSelection: bool = false;
export let size: i64 = 0;
export let ended: u32 = 0;

/** The object's type and identifier of a refused event. */
export let refusedType: usize = 0;
export let refusedId: Text = newText(0, 0, 0);

/** Starts an accumulator for an event message of the plan. */
export function start(event: usize): void {
  plan = event;
  items = [];
  collections = [];
  for (let index: u32 = 0; index < word(event, EVENT_OBJECT_COUNT); index++) {
    collections.push(new Collection());
  }
  lastNumber = 0;
  hasSelection = false;
  size = 0;
  ended = 0;
  context.resetLimits();
  commitTexts();
  forgetBlanks();
}

/** Returns the number of objects' types. */
export function typeCount(): u32 {
  return plan === 0 ? 0 : word(plan, EVENT_OBJECT_COUNT);
}

/** Returns the message of an objects' type. */
export function typeAt(index: u32): usize {
  return word(objectAt(index), OBJECT_MESSAGE);
}

function objectAt(index: u32): usize {
  return word(plan, EVENT_OBJECTS) + ((<usize>index * OBJECT_WORDS) << 2);
}

/** Returns the index of an objects' type; -1 if there is none. */
function findType(name: usize, length: i32): i32 {
  for (let index: u32 = 0; index < typeCount(); index++) {
    const type = typeAt(index);
    if (isSameBytes(word(type, MESSAGE_NAME), word(type, MESSAGE_NAME + 1), name, length)) {
      return index;
    }
  }
  return -1;
}

/** Accumulates objects of this type, and of others for which this was called. */
export function keep(name: usize, length: i32): bool {
  const index = findType(name, length);
  if (index < 0) {
    return false;
  }
  if (!hasSelection) {
    for (let each = 0; each < collections.length; each++) {
      collections[each].isKept = false;
    }
  }
  hasSelection = true;
  collections[index].isKept = true;
  return true;
}

export function itemCount(): i32 {
  return items.length;
}

export function itemAt(index: i32): Item | null {
  return index >= 0 && index < items.length ? items[index] : null;
}

/** Returns the index of the first object whose number is not smaller. */
function placeOf(number: u32): i32 {
  let low = 0;
  let high = items.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle].number < number) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

export function itemOf(number: u32): Item | null {
  const item = itemAt(placeOf(number));
  return item !== null && item.number === number ? item : null;
}

export function find(name: usize, length: i32, id: usize, idLength: i32): u32 {
  const index = findType(name, length);
  if (index < 0) {
    return 0;
  }
  const number = collections[index].numbers.get(id, idLength);
  return number === null ? 0 : <u32>changetype<NumberValue>(number).bits;
}

export function remove(number: u32): bool {
  const item = itemOf(number);
  if (item === null) {
    return false;
  }
  items.splice(placeOf(number), 1);
  const index = findType(word(item.type, MESSAGE_NAME), word(item.type, MESSAGE_NAME + 1));
  const collection = collections[index];
  const id = item.id;
  collection.numbers = collection.numbers.delete(id.start, id.length);
  if (isSameText(collection.latest, id)) {
    collection.latest = newText(0, 0, 0);
  }
  size -= item.size;
  return true;
}

/** Frees memory if much was allocated. No object may be referenced by a local variable. */
export function collect(): void {
  if (<i64>allocated > min<i64>(MOST_ALLOCATED, LEAST_ALLOCATED + 4 * size)) {
    resetAllocated();
    __collect();
  }
}

/** Applies an event. Returns the number of the changed object, 0 if there is none; -1 if refused. */
export function apply(start: usize, length: i32): i32 {
  commitTexts();
  context.startEvent();
  refusedType = 0;
  refusedId = newText(0, 0, 0);
  const memory = memoryLimit(context.maxSize);
  const event = decode(word(plan, EVENT_MESSAGE), start, length, memory);
  freezeNodes();
  if (event === null) {
    context.startChange(size, false);
    if (needsTooMuch) {
      const expected = `an event that needs at most ${memory} bytes of memory`;
      context.refuse(context.TOO_LARGE, expected, "one that needs more");
    } else {
      context.refuse(context.MALFORMED_EVENT, "", "");
    }
    return -1;
  }
  const number = applyEvent(event);
  if (context.refusal !== 0) {
    rollbackTexts();
    return -1;
  }
  return number;
}

function applyEvent(event: Message): i32 {
  const set = event.arm(word(plan, EVENT_SLOT));
  const arm = set === null ? 0 : findArm(set.field);
  const effect = arm === 0 ? 0 : <usize>word(arm, ARM_EFFECT);
  let ending = arm === 0 ? 0 : word(arm, ARM_ENDING);
  if (ending === 0) {
    ending = endingOf(plan, event);
  }
  let number = 0;
  if (effect !== 0) {
    const index = word(effect, EFFECT_OBJECT);
    const collection = collections[index];
    const payload = changetype<Message>(changetype<SetArm>(set).value);
    // An event that ends the stream may be about no object.
    const isAbout = ending === 0 || ownId(effect, payload).length > 0;
    if (collection.isKept && (isAbout || collection.numbers.size > 0)) {
      number = change(effect, objectAt(index), collection, payload);
    }
  }
  if (context.refusal === 0) {
    if (ending !== 0) {
      ended = ending;
    } else if (ended === 0 && effect !== 0 && (word(effect, EFFECT_FLAGS) & ENDS_STREAM) !== 0) {
      ended = 1;
    }
  }
  return number;
}

function findArm(field: usize): usize {
  let arm = <usize>word(plan, EVENT_ARMS);
  for (let count = word(plan, EVENT_ARM_COUNT); count > 0; count--) {
    if (word(arm, ARM_FIELD) === field) {
      return arm;
    }
    arm += ARM_WORDS << 2;
  }
  return 0;
}

/** Returns the identifier in a payload; empty if there is none. */
function ownId(effect: usize, payload: Message): Text {
  const field = <usize>word(effect, EFFECT_ID);
  const holder = <usize>word(effect, EFFECT_ID_HOLDER);
  let held: Message | null = payload;
  if (holder !== 0) {
    held = changetype<Message | null>(payload.slots[word(holder, FIELD_SLOT)]);
  }
  if (field === 0 || held === null) {
    return newText(0, 0, 0);
  }
  const value = held.slots[word(field, FIELD_SLOT)];
  return value === null ? newText(0, 0, 0) : changetype<Text>(value);
}

/** Changes the object of an event, after it was merged or replaced. */
class Change {
  size: i64 = 0;
  counted: i64 = 0;
  hasEnded: bool = false;
  constructor(public message: Message) {}
}

function change(effect: usize, object: usize, collection: Collection, payload: Message): i32 {
  const flags = word(effect, EFFECT_FLAGS);
  const type = <usize>word(object, OBJECT_MESSAGE);
  const isSingle = (flags & SINGLE) !== 0;
  context.startChange(size, false);
  let id = ownId(effect, payload);
  if (id.length === 0 && (flags & (LATEST | SINGLE)) !== 0) {
    id = collection.latest;
  }
  refusedType = type;
  refusedId = id;
  if (id.length === 0 && !isSingle) {
    context.refuse(context.MISSING_ID, "the identifier of the object", "none");
    return -1;
  }
  const found = collection.numbers.getText(isSingle ? collection.latest : id);
  const number = found === null ? 0 : <u32>changetype<NumberValue>(found).bits;
  const item: Item | null = number === 0 ? null : itemOf(number);
  if (item === null && items.length >= <i32>min<i64>(context.maxObjects, i32.MAX_VALUE)) {
    const expected = `at most ${context.maxObjects} objects`;
    context.refuse(context.TOO_MANY_OBJECTS, expected, "one more");
    return -1;
  }
  const endsObject = (flags & ENDS_OBJECT) !== 0;
  const after =
    word(effect, EFFECT_REPLACES) !== 0
      ? replaceObject(effect, object, item, payload, endsObject)
      : mergeObject(effect, object, item, id, payload, endsObject);
  if (context.refusal !== 0) {
    return -1;
  }
  return store(collection, type, item, id, after, isSingle);
}

function store(
  collection: Collection,
  type: usize,
  item: Item | null,
  id: Text,
  after: Change,
  isSingle: bool,
): i32 {
  const latest = collection.latest;
  let numbers = collection.numbers;
  if (item === null) {
    lastNumber++;
    item = new Item(lastNumber, type, id, after.message, 0, 0, false);
    items.push(item);
  } else if (isSingle && !isSameText(latest, id)) {
    numbers = numbers.delete(latest.start, latest.length);
  }
  if (numbers.getText(id) === null) {
    numbers = numbers.set(id, new NumberValue(item.number));
  }
  size += after.size - item.size;
  item.id = id;
  item.message = after.message;
  item.size = after.size;
  item.counted = after.counted;
  item.hasEnded = after.hasEnded;
  collection.numbers = numbers;
  collection.latest = id;
  return item.number;
}

function replaceObject(
  effect: usize,
  object: usize,
  item: Item | null,
  payload: Message,
  endsObject: bool,
): Change {
  let value = payload;
  const member = <usize>word(effect, EFFECT_VALUE);
  if (member !== 0) {
    const state = readMember(member, payload, notesOf(payload));
    if (state.is !== VALUE) {
      context.refuse(context.NOT_MERGEABLE, "an object", "none");
      return new Change(payload);
    }
    value = changetype<Message>(state.value);
  }
  const valueSize = sizeOfMessage(value);
  context.grow(valueSize - (item === null ? 0 : item.size));
  if (item !== null && !endsObject) {
    requireSameIdentity(object, item.message, value);
  }
  const after = new Change(value);
  after.size = valueSize;
  after.counted = valueSize;
  after.hasEnded = endsObject;
  return after;
}

/** Refuses to replace an object by one with a different identity, such as another run identifier. */
function requireSameIdentity(object: usize, before: Message, after: Message): void {
  let identity = <usize>word(object, OBJECT_IDENTITY);
  for (let count = word(object, OBJECT_IDENTITY_COUNT); count > 0; count--) {
    const slot = word(word(identity, IDENTITY_FIELD), FIELD_SLOT);
    const old = changetype<Text | null>(before.slots[slot]);
    const said = changetype<Text | null>(after.slots[slot]);
    if (old !== null && said !== null && old.length > 0 && said.length > 0) {
      if (!isSameText(old, said)) {
        context.pushName(word(identity, IDENTITY_NAME), word(identity, IDENTITY_NAME + 1));
        context.refuse(context.IDENTITY_CHANGED, "the identifier that is there", "another");
        return;
      }
    }
    identity += IDENTITY_WORDS << 2;
  }
}

function mergeObject(
  effect: usize,
  object: usize,
  item: Item | null,
  id: Text,
  payload: Message,
  endsObject: bool,
): Change {
  const hasEnded = item === null ? false : item.hasEnded;
  const oldSize: i64 = item === null ? 0 : item.size;
  const counted: i64 = item === null ? 0 : item.counted;
  context.startChange(size, hasEnded);
  const before = item === null ? blankObject(object, id) : item.message;
  if (item === null) {
    context.grow(sizeOfMessage(before));
  }
  let message = before;
  let step = <usize>word(effect, EFFECT_CHANGES);
  for (let count = word(effect, EFFECT_CHANGE_COUNT); count > 0; count--) {
    if (context.refusal !== 0) {
      break;
    }
    message = applyChange(step, message, payload);
    step += CHANGE_WORDS << 2;
  }
  const after = new Change(message);
  after.size = oldSize + context.size - size;
  after.counted = counted;
  after.hasEnded = hasEnded || endsObject;
  if (context.replaced !== 0 && context.refusal === 0) {
    recount(after, after.size + context.replaced);
  }
  return after;
}

function applyChange(step: usize, before: Message, payload: Message): Message {
  const field = <usize>word(step, CHANGE_FIELD);
  if (field === 0) {
    return mergeMessage(word(step, CHANGE_MERGE), before, payload);
  }
  const said = changetype<Message | null>(payload.slots[word(field, FIELD_SLOT)]);
  return said === null ? before : mergeMessage(word(step, CHANGE_MERGE), before, said);
}

/**
 * Counts an object in which parts were replaced again, each time its size has doubled: parts had other
 * sizes when they arrived, so they cannot be subtracted.
 */
function recount(after: Change, whole: i64): void {
  const isTooLarge = size + context.replaced > context.maxSize;
  const before = after.size;
  after.size = whole;
  if (whole > 2 * max<i64>(after.counted, LEAST_COUNTED) || isTooLarge) {
    after.size = sizeOfMessage(after.message);
    after.counted = after.size;
  }
  context.grow(after.size - before);
}

/** Returns an object that has only an identifier. */
function blankObject(object: usize, id: Text): Message {
  const draft = new Draft(blankMessage(word(object, OBJECT_MESSAGE)));
  const member = <usize>word(object, OBJECT_ID);
  if (member !== 0) {
    writeMember(member, valueState(id), draft);
  }
  return draft.seal();
}
