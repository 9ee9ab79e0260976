/* Events that end the stream although they are not in the arm that does. */
import {
  EVENT_UNNAMED,
  EVENT_UNNAMED_COUNT,
  FIELD_SLOT,
  UNNAMED_ARM,
  UNNAMED_ARM_MEMBER,
  UNNAMED_CONTENT,
  UNNAMED_ENDING,
  UNNAMED_FLAG,
  UNNAMED_OTHER,
  UNNAMED_OTHER_CONTENT,
  UNNAMED_OTHER_TAG,
  UNNAMED_SLOT,
  UNNAMED_TEXT,
  UNNAMED_TEXT_FIELD,
  UNNAMED_WITH,
  UNNAMED_WORDS,
} from "../src/plan/layout";
import { isLiteral, isPlanText, NUMBER, NumberValue, TEXT, Text, Value, word } from "./base";
import { notesOf, readMember } from "./draft";
import { JsonNode, JsonText } from "./json-node";
import { splitJsonObject } from "./json-split";
import { jsonOf } from "./json-text";
import { KEPT, State, VALUE } from "./notes";
import { Message } from "./values";

/** Returns how an event ends the stream; 0 if it does not. */
export function endingOf(plan: usize, event: Message): u32 {
  let record = <usize>word(plan, EVENT_UNNAMED);
  for (let count = word(plan, EVENT_UNNAMED_COUNT); count > 0; count--) {
    if (isDone(record, event) || isUnnamedWith(record, event)) {
      return word(record, UNNAMED_ENDING);
    }
    record += UNNAMED_WORDS << 2;
  }
  return 0;
}

function isDone(record: usize, event: Message): bool {
  const field = <usize>word(record, UNNAMED_TEXT_FIELD);
  const text: Value | null = field === 0 ? null : event.slots[word(field, FIELD_SLOT)];
  return text !== null && isPlanText(changetype<Text>(text), record, UNNAMED_TEXT);
}

function isUnnamedWith(record: usize, event: Message): bool {
  if (word(record, UNNAMED_WITH + 1) === 0) {
    return false;
  }
  const text: Text | null = isUnnamed(record, event) ? contentOf(record, event) : null;
  return (text !== null && hasError(record, text)) || isInUnnamedArm(record, event);
}

/** Returns whether the JSON text of an object has the member, with a value that reports something. */
function hasError(record: usize, text: Text): bool {
  const entries = splitJsonObject(text);
  for (let index = 0; entries !== null && index < entries.length; index++) {
    if (isPlanText(entries[index].key, record, UNNAMED_WITH)) {
      return reports(changetype<JsonText>(entries[index].value).text);
    }
  }
  return false;
}

/** Returns whether a JSON text is none of the values that report no error. */
function reports(text: Text): bool {
  return !(
    isLiteral(text, "null") ||
    isLiteral(text, "false") ||
    isLiteral(text, "0") ||
    isLiteral(text, '""')
  );
}

function isUnnamed(record: usize, event: Message): bool {
  const set = event.arm(word(record, UNNAMED_SLOT));
  if (set === null || set.field !== word(record, UNNAMED_OTHER)) {
    return set === null;
  }
  const flag = <usize>word(record, UNNAMED_FLAG);
  if (flag !== 0) {
    const value = event.slots[word(flag, FIELD_SLOT)];
    if (value !== null && changetype<NumberValue>(value).bits !== 0) {
      return true;
    }
  }
  const tag = changetype<Message>(set.value).slots[
    word(word(record, UNNAMED_OTHER_TAG), FIELD_SLOT)
  ];
  return (
    tag === null ||
    changetype<Text>(tag).length === 0 ||
    isLiteral(changetype<Text>(tag), "message")
  );
}

/** Returns the JSON text of a payload that has no arm. */
function contentOf(record: usize, event: Message): Text | null {
  const set = event.arm(word(record, UNNAMED_SLOT));
  if (set !== null) {
    const field = <usize>word(record, UNNAMED_OTHER_CONTENT);
    return changetype<Text | null>(changetype<Message>(set.value).slots[word(field, FIELD_SLOT)]);
  }
  const note = notesOf(event).get(
    word(record, UNNAMED_CONTENT),
    word(record, UNNAMED_CONTENT + 1),
    0,
  );
  return note === null || note.is !== KEPT ? null : jsonOf(changetype<JsonNode>(note.node));
}

/** Returns whether the member is in the arm of the events without a name. */
function isInUnnamedArm(record: usize, event: Message): bool {
  const arm = <usize>word(record, UNNAMED_ARM);
  const set = event.arm(word(record, UNNAMED_SLOT));
  if (arm === 0 || set === null || set.field !== arm) {
    return false;
  }
  const payload = changetype<Message>(set.value);
  const notes = notesOf(payload);
  const member = <usize>word(record, UNNAMED_ARM_MEMBER);
  const state: State | null =
    member !== 0
      ? readMember(member, payload, notes)
      : notes.get(word(record, UNNAMED_WITH), word(record, UNNAMED_WITH + 1), 0);
  if (state === null) {
    return false;
  }
  if (state.is === KEPT) {
    return reports(jsonOf(changetype<JsonNode>(state.node)));
  }
  return state.is === VALUE && isTrue(changetype<Value>(state.value));
}

/** Returns whether a value is true in JavaScript. */
function isTrue(value: Value): bool {
  switch (value.kind) {
    case TEXT:
      return changetype<Text>(value).length > 0;
    case NUMBER:
      return changetype<NumberValue>(value).bits !== 0;
    default:
      return true;
  }
}
