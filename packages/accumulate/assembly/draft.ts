/* A message while a delta is merged into it, and the states of its members. */
import {
  EMPTY,
  EXPLICIT,
  FIELD_CARDINALITY,
  FIELD_FLAGS,
  FIELD_NUMBER,
  FIELD_SLOT,
  FIELD_TYPE,
  MEMBER_FIELD,
  MEMBER_NAME,
  MEMBER_PRESENCE,
  MESSAGE_BLANK_NAME_COUNT,
  MESSAGE_BLANK_NAMES,
  MESSAGE_BLANK_NUMBER_COUNT,
  MESSAGE_BLANK_NUMBERS,
  MESSAGE_SLOT,
  NULLABLE,
  REQUIRED,
  SINGULAR,
  TYPE_DOUBLE,
  TYPE_FLOAT,
} from "../src/plan/layout";
import {
  freezeNodes,
  NUMBER,
  NumberValue,
  planText,
  TEXT,
  Text,
  textOf,
  Value,
  word,
} from "./base";
import { isEmptyNode, JsonNode } from "./json-node";
import {
  ABSENT,
  absent,
  EMPTY_COLLECTION,
  isEmptyCollection,
  isNull,
  KEPT,
  Notes,
  NULL,
  ResidueNumbers,
  State,
  VALUE,
  valueState,
} from "./notes";
import { OrderedMap } from "./ordered-map";
import { copyMessage, isZero, Message, newMessage, SetArm, zeroOf } from "./values";

const noNotes = Notes.none();

export function notesOf(message: Message): Notes {
  const notes = message.notes;
  return notes === null ? noNotes : notes;
}

export class Draft {
  readonly message: Message;
  notes: Notes;
  private readonly before: Message;
  private readonly notesBefore: Notes;

  /** @param before - The message; it is not modified. */
  constructor(before: Message) {
    const notes = notesOf(before);
    this.before = before;
    this.message = copyMessage(before);
    this.notes = notes;
    this.notesBefore = notes;
  }

  /** Replaces or removes the note of a member. */
  note(note: State | null, name: usize, length: i32, number: u32): void {
    this.notes = this.notes.with(note, name, length, number);
  }

  /** Replaces or removes the note of a member whose name is at two words of a plan's record. */
  noteAt(note: State | null, record: usize, index: i32, number: u32): void {
    this.note(note, word(record, index), word(record, index + 1), number);
  }

  /** Returns the resulting message; the original one if nothing changed. */
  seal(): Message {
    const message = this.message;
    const notes = this.notes;
    const before = this.before;
    if (notes !== this.notesBefore) {
      message.notes = notes.isEmpty ? null : notes;
      return message;
    }
    const slots = message.slots;
    const isSame =
      memory.compare(
        changetype<usize>(slots),
        changetype<usize>(before.slots),
        (<usize>slots.length) << 2,
      ) === 0;
    return isSame ? before : message;
  }
}

/** The blank messages by their records in the plan. There is one of each, by which it is recognized. */
const blanks = new Map<usize, Message>();

/** Forgets the blank messages of another plan. */
export function forgetBlanks(): void {
  blanks.clear();
}

/** Returns a message without content; as JSON, an object without members. */
export function blankMessage(type: usize): Message {
  if (blanks.has(type)) {
    return blanks.get(type);
  }
  const blank = createBlank(type);
  blanks.set(type, blank);
  return blank;
}

/** Returns a blank inline union for a part of the plan. Its arm for any other object holds `{}`. */
export function blankUnion(plan: usize, type: usize, arm: usize): Message {
  if (blanks.has(plan)) {
    return blanks.get(plan);
  }
  // Without a payload, an inline union has no JSON form.
  const blank = newMessage(type);
  blank.slots[word(type, MESSAGE_SLOT)] = new SetArm(arm, textOf("{}"));
  blanks.set(plan, blank);
  return blank;
}

function createBlank(type: usize): Message {
  const blank = newMessage(type);
  const nameCount = word(type, MESSAGE_BLANK_NAME_COUNT);
  const numberCount = word(type, MESSAGE_BLANK_NUMBER_COUNT);
  if (nameCount + numberCount === 0) {
    return blank;
  }
  let members = OrderedMap.empty();
  const names = <usize>word(type, MESSAGE_BLANK_NAMES);
  for (let index: u32 = 0; index < nameCount; index++) {
    members = members.set(planText(names, 2 * index), absent);
  }
  const numbers = new ResidueNumbers();
  const list = <usize>word(type, MESSAGE_BLANK_NUMBERS);
  for (let index: u32 = 0; index < numberCount; index++) {
    numbers.absentFields.push(word(list, index));
  }
  blank.notes = Notes.of(members, numbers);
  // A list may have it several times.
  freezeNodes();
  return blank;
}

/** Returns whether a field has presence, so that its value is unset or not. */
function hasPresence(field: usize): bool {
  return word(field, FIELD_CARDINALITY) === SINGULAR && (word(field, FIELD_FLAGS) & EXPLICIT) !== 0;
}

/** Returns whether a field has a value; for a field without presence, whether it is not zero. */
function isSet(field: usize, value: Value | null): bool {
  if (value === null) {
    return false;
  }
  if (hasPresence(field)) {
    return true;
  }
  const type = word(field, FIELD_TYPE);
  if (value.kind === NUMBER && (type === TYPE_DOUBLE || type === TYPE_FLOAT)) {
    // Negative zero is zero.
    return (changetype<NumberValue>(value).bits & 0x7fffffffffffffff) !== 0;
  }
  return !isZero(value);
}

/** Reads the state of a member from its field. */
export function readMember(member: usize, message: Message, notes: Notes): State {
  const field = <usize>word(member, MEMBER_FIELD);
  const value = message.slots[word(field, FIELD_SLOT)];
  if (isSet(field, value)) {
    return valueState(changetype<Value>(value));
  }
  const note = notes.get(
    word(member, MEMBER_NAME),
    word(member, MEMBER_NAME + 1),
    word(field, FIELD_NUMBER),
  );
  if (note !== null) {
    return note;
  }
  switch (word(member, MEMBER_PRESENCE)) {
    case EMPTY:
      return isEmptyCollection;
    case REQUIRED:
      if (word(field, FIELD_CARDINALITY) !== SINGULAR) {
        return isEmptyCollection;
      }
      // For a scalar that cannot be unset, this is its zero value; an unset message is absent.
      return hasPresence(field) ? absent : valueState(zeroOf(field));
    case NULLABLE:
      return isNull;
    default:
      return absent;
  }
}

/** Writes the state of a member to its field. */
export function writeMember(member: usize, state: State, draft: Draft): void {
  const field = <usize>word(member, MEMBER_FIELD);
  const number = word(field, FIELD_NUMBER);
  const slot = word(field, FIELD_SLOT);
  if (state.is === VALUE) {
    draft.message.slots[slot] = state.value;
    draft.noteAt(null, member, MEMBER_NAME, number);
    return;
  }
  draft.message.slots[slot] = null;
  let canonical = ABSENT;
  switch (word(member, MEMBER_PRESENCE)) {
    case EMPTY:
    case REQUIRED:
      canonical = EMPTY_COLLECTION;
      break;
    case NULLABLE:
      canonical = NULL;
      break;
    default:
      break;
  }
  draft.noteAt(state.is === canonical ? null : state, member, MEMBER_NAME, number);
}

/** Returns whether a member is an empty string, which does not replace an existing value. */
export function isEmptyText(state: State): bool {
  if (state.is === VALUE) {
    const value = changetype<Value>(state.value);
    return value.kind === TEXT && changetype<Text>(value).length === 0;
  }
  return state.is === KEPT && isEmptyNode(changetype<JsonNode>(state.node));
}
