import { LETTER_N, OPENING_BRACKET, QUOTE, WORD_NULL } from "./characters";
import { DUPLICATE_MEMBER, NOT_JSON, UNKNOWN_MEMBER, UNKNOWN_VALUE, WRONG_TYPE } from "./codes";
import {
  EMPTY,
  FRAME_DISORDERED,
  isAwaited,
  NULL,
  note,
  notePiece,
  PAYLOAD_KEPT,
  SEEN,
  STATE_PAYLOAD,
  setOf,
} from "./frame";
import {
  ACTION_ARRAY,
  ACTION_LIST,
  EMPTY_WRITTEN,
  FIELD_CONTAINER,
  FIELD_FLAGS,
  FIELD_PRESENCE,
  FIELD_TARGET,
  FLAG_HOLDS_NULL,
  MEMBER_CONSTANT,
  MEMBER_FIELD,
  MEMBER_IS_CONSTANT,
  MEMBER_IS_FIELD,
  MEMBER_IS_TAG,
  MEMBER_KIND,
  MESSAGE_MEMBERS,
  MESSAGE_NAMES,
  NAME_ACTION,
  NAME_BIT,
  NAME_FIELD,
  NAME_INDEX,
  NAME_LENGTH,
  NAME_SIZE,
  NAME_STATE,
  NAME_VALUE,
  NAMES_ENTRIES,
  NULLABLE,
  REQUIRED,
  SINGULAR,
} from "./layout";
import { isName, lookup, NO_NAME, nameEnd } from "./names";
import {
  depth,
  ensure,
  fail,
  inputEnd,
  misfit,
  noteSize,
  out,
  SHORT_ROOM,
  setOut,
  soft,
  tolerated,
  top,
  VALUE_ROOM,
} from "./state";
import { readField, readList } from "./to-binary-field";
import { keepInstead, keepKnown, keepMember } from "./to-binary-keep";
import { readPayload, readTag } from "./to-binary-union";
import { mistype } from "./to-binary-value";
import { MARK, scanColon } from "./tokens";
import { closeLength, likelySize, writeTag } from "./writer";

/** Reads the value of a known member. Returns the offset after it; 0 if it is refused. */
export function readMember(
  from: usize,
  frame: usize,
  message: usize,
  entry: usize,
  name: usize,
): usize {
  const action = load<u8>(entry, NAME_ACTION);
  const isList =
    load<u8>(from) === OPENING_BRACKET &&
    (action === ACTION_LIST ||
      (action === ACTION_ARRAY &&
        isAwaited(frame + load<u32>(entry, NAME_STATE), load<u32>(entry, NAME_FIELD))));
  return isList
    ? readObjects(from, frame, message, entry, name)
    : readMemberValue(from, frame, message, entry, name);
}

/** Reads an array, usually of objects. */
function readObjects(from: usize, frame: usize, message: usize, entry: usize, name: usize): usize {
  const field: usize = load<u32>(entry, NAME_FIELD);
  const output = out;
  const scratch = top;
  const level = depth;
  let at: usize;
  if (load<u8>(entry, NAME_ACTION) === ACTION_LIST) {
    at = readList(from, field);
    if (at && out === output && !writesEmpty(field)) {
      note(frame, message, EMPTY, load<u32>(entry, NAME_INDEX));
    }
  } else {
    writeTag(field);
    const start = out;
    const target: usize = load<u32>(field, FIELD_TARGET);
    const left = likelySize(target, from);
    setOut(start + left);
    at = readList(from, load<u32>(target, MESSAGE_MEMBERS));
    if (at) {
      const size = closeLength(start, left);
      if (!size) {
        return 0;
      }
      noteSize(target, size);
    }
  }
  if (at || !soft) {
    return at;
  }
  if (load<u8>(entry, NAME_ACTION) === ACTION_ARRAY) {
    store<u8>(frame + load<u32>(entry, NAME_STATE), PAYLOAD_KEPT, STATE_PAYLOAD);
  }
  return keepInstead(name, from, output, scratch, level);
}

/** The name expected next and the members seen, after the last member was read. */
export let nextEntry: usize = 0;
export let nextSeen: u64 = 0;

/**
 * Reads the member whose name is at `from`, known or not. Returns the offset after its value; 0
 * if it is refused.
 */
export function readAnyMember(
  from: usize,
  message: usize,
  frame: usize,
  expected: usize,
  seen: u64,
): usize {
  if (!ensure(inputEnd - from + VALUE_ROOM + SHORT_ROOM)) {
    return 0;
  }
  const entry = findMember(from, message);
  if (entry === NO_NAME) {
    return 0;
  }
  const at = scanColon((nameEnd & ~MARK) + 1);
  if (!at) {
    return 0;
  }
  if (!entry) {
    nextEntry = expected;
    nextSeen = seen;
    return tolerated(UNKNOWN_MEMBER, from) ? keepMember(from, nameEnd, at) : 0;
  }
  const bit = load<u64>(entry, NAME_BIT);
  if (bit & seen) {
    return fail(DUPLICATE_MEMBER, from);
  }
  if (entry < expected) {
    store<u32>(frame, 1, FRAME_DISORDERED);
  }
  const start = out;
  const next = readMemberValue(at, frame, message, entry, from);
  notePiece(frame, entry, start, out);
  // Set after the value was read, because reading it sets them too.
  nextEntry = entry + NAME_SIZE;
  nextSeen = seen | bit;
  return next;
}

/** Returns the entry of the member whose name is at `from`; 0 or `NO_NAME` as from `lookup`. */
function findMember(from: usize, message: usize): usize {
  if (load<u8>(from) !== QUOTE) {
    return fail(NOT_JSON, from) | NO_NAME;
  }
  return lookup(from, load<u32>(message, MESSAGE_NAMES), true);
}

/** Reads a member's value of any kind. */
function readMemberValue(
  from: usize,
  frame: usize,
  message: usize,
  entry: usize,
  name: usize,
): usize {
  const member: usize = load<u32>(entry, NAME_VALUE);
  const index = load<u32>(entry, NAME_INDEX);
  if (index >= 64 && !noteSeen(frame, message, index)) {
    return fail(DUPLICATE_MEMBER, name);
  }
  const kind = load<u8>(member, MEMBER_KIND);
  if (kind === MEMBER_IS_FIELD) {
    const field: usize = load<u32>(member, MEMBER_FIELD);
    if (load<u8>(from) === LETTER_N && !(load<u8>(field, FIELD_FLAGS) & FLAG_HOLDS_NULL)) {
      return readNull(from, frame, message, field, index);
    }
    const start = out;
    const state = top;
    const level = depth;
    const next = readField(from, field);
    if (next) {
      if (out === start && load<u8>(field, FIELD_CONTAINER) !== SINGULAR && !writesEmpty(field)) {
        note(frame, message, EMPTY, index);
      }
      return next;
    }
    return soft ? keepInstead(name, from, start, state, level) : 0;
  }
  if (kind === MEMBER_IS_CONSTANT) {
    return readConstant(from, member, name);
  }
  if (kind === MEMBER_IS_TAG) {
    return readTag(from, frame, member);
  }
  return readPayload(from, frame, message, member, index, name);
}

/** Whether the canonical form of an empty list or map is `[]` or `{}`. */
function writesEmpty(field: usize): bool {
  const presence = load<u8>(field, FIELD_PRESENCE);
  return presence === REQUIRED || presence === EMPTY_WRITTEN;
}

/** Records a member after the first word as seen. Returns false if it was seen before. */
function noteSeen(frame: usize, message: usize, index: u32): bool {
  const word = setOf(frame, message, SEEN) + ((<usize>index >> 6) << 3);
  const bit = (<u64>1) << (index & 63);
  const seen = load<u64>(word);
  store<u64>(word, seen | bit);
  return !(seen & bit);
}

/** Whether the word at `from`, which begins with an n, is `null`. */
export function isNull(from: usize): bool {
  if (load<u32>(from) === WORD_NULL) {
    return true;
  }
  fail(NOT_JSON, from);
  return false;
}

function readNull(from: usize, frame: usize, message: usize, field: usize, index: u32): usize {
  if (!isNull(from)) {
    return 0;
  }
  const presence = load<u8>(field, FIELD_PRESENCE);
  if (presence !== NULLABLE) {
    if (presence === REQUIRED && !tolerated(WRONG_TYPE, from)) {
      return 0;
    }
    note(frame, message, NULL, index);
  }
  return from + 4;
}

function readConstant(from: usize, member: usize, name: usize): usize {
  const constant: usize = load<u32>(member, MEMBER_CONSTANT);
  const entry: usize = load<u32>(constant, NAMES_ENTRIES);
  if (isName(from, entry)) {
    return from + load<u32>(entry, NAME_LENGTH);
  }
  if (load<u8>(from) === QUOTE) {
    const found = lookup(from, constant, false);
    if (found === NO_NAME) {
      return 0;
    }
    if (found) {
      return (nameEnd & ~MARK) + 1;
    }
    misfit(UNKNOWN_VALUE, from);
  } else {
    mistype(from);
  }
  return soft ? keepKnown(name, from) : 0;
}
