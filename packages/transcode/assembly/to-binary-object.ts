import { DUPLICATE_MEMBER, NOT_JSON, UNKNOWN_MEMBER, UNKNOWN_VALUE, WRONG_TYPE } from "./codes";
import {
  ABSENT,
  beginFrame,
  EMPTY,
  FRAME_DISORDERED,
  FRAME_LENGTH_SIZE,
  FRAME_NOTED,
  FRAME_START,
  isAwaited,
  isUnionDone,
  note,
  NULL,
  PAYLOAD_KEPT,
  RECORD_SIZE,
  SEEN,
  setOf,
  STATE_PAYLOAD,
} from "./frame";
import {
  ACTION_ARRAY,
  ACTION_LIST,
  ACTION_MESSAGE,
  ACTION_PAYLOAD,
  FIELD_ANY,
  FIELD_CONTAINER,
  FIELD_KIND,
  FIELD_PRESENCE,
  FIELD_TARGET,
  FIELD_VERBATIM,
  MEMBER_CONSTANT,
  MEMBER_FIELD,
  MEMBER_IS_CONSTANT,
  MEMBER_IS_FIELD,
  MEMBER_IS_TAG,
  MEMBER_KIND,
  MEMBER_OPTIONAL,
  MEMBER_SIZE,
  MESSAGE_DISORDERED,
  MESSAGE_EXPECTED,
  MESSAGE_EXPECTED_BITS,
  MESSAGE_FIRST_NAME,
  MESSAGE_FRAME,
  MESSAGE_INDEX,
  MESSAGE_MEMBERS,
  MESSAGE_NAMES,
  MESSAGE_PLAIN,
  MESSAGE_UNION_COUNT,
  MESSAGE_WORDS,
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
import { toleratedMissing } from "./missing";
import { checkNames, isName, lookup, nameEnd, NO_NAME } from "./names";
import { orderFields } from "./order";
import {
  depth,
  ensure,
  fail,
  guesses,
  inputEnd,
  misfit,
  out,
  setOut,
  setTop,
  soft,
  tolerated,
  top,
} from "./state";
import { readField, readList } from "./to-binary-field";
import { keepAbsence, keepInstead, keepKnown, keepMember } from "./to-binary-keep";
import {
  plainEntry,
  plainName,
  plainSeen,
  plainStop,
  readPlainMembers,
  setPlain,
  STOP_CLOSED,
  STOP_MEMBER,
  STOP_NAME,
} from "./to-binary-plain";
import { writeResidue } from "./to-binary-residue";
import { finishUnions, readPayload, readTag } from "./to-binary-union";
import { mistype } from "./to-binary-value";
import { ascend, descend, MARK, scanColon, skipSpace } from "./tokens";
import { closeLength, guessLengthSize, writeTag } from "./writer";

/**
 * Reads the object at `from` as a message, into a field unless that is 0. Behind
 * it; 0 if that is refused.
 */
export function readObject(from: usize, message: usize, field: usize): usize {
  if (!descend(from)) {
    return 0;
  }
  const frame = beginFrame(from, message);
  if (!frame) {
    return 0;
  }
  if (field) {
    let left: usize = load<u8>(guesses + load<u32>(message, MESSAGE_INDEX));
    if (left == 0) {
      left = guessLengthSize(from);
    }
    writeTag(field);
    store<u32>(frame, left, FRAME_LENGTH_SIZE);
    store<u32>(frame, out, FRAME_START);
    setOut(out + left);
  } else {
    store<u32>(frame, out, FRAME_START);
  }
  // Documents mostly have their members in the order of the schema.
  let entry: usize = load<u32>(message, MESSAGE_FIRST_NAME);
  let seen: u64 = 0;
  let at = skipSpace(from + 1);
  if (load<u8>(at) == 0x7d) {
    at++;
  } else {
    while (true) {
      at = readPlainMembers(at, message, frame, entry, seen);
      seen = plainSeen;
      entry = plainEntry;
      if (plainStop == STOP_CLOSED) {
        break;
      }
      if (plainStop == STOP_MEMBER) {
        at = skipSpace(at);
        seen |= load<u64>(entry, NAME_BIT);
        const action = load<u8>(entry, NAME_ACTION);
        const field: usize = load<u32>(entry, NAME_FIELD);
        if (
          load<u8>(at) == 0x7b &&
          (action == ACTION_MESSAGE ||
            (action == ACTION_PAYLOAD && isAwaited(frame + load<u32>(entry, NAME_STATE), field)))
        ) {
          at = readObject(at, load<u32>(field, FIELD_TARGET), field);
        } else if (
          load<u8>(at) == 0x5b &&
          (action == ACTION_LIST ||
            (action == ACTION_ARRAY && isAwaited(frame + load<u32>(entry, NAME_STATE), field)))
        ) {
          at = readObjects(at, frame, message, entry, plainName);
        } else {
          at = readMember(at, frame, message, entry, plainName);
        }
        entry += NAME_SIZE;
      } else if (plainStop == STOP_NAME) {
        at = readAnyMember(at, message, frame, entry, seen);
        seen = plainSeen;
        entry = plainEntry;
      }
      if (!at) {
        return 0;
      }
      at = skipSpace(at);
      const byte = load<u8>(at++);
      if (byte == 0x2c) {
        at = skipSpace(at);
      } else if (byte == 0x7d) {
        break;
      } else {
        return fail(NOT_JSON, at - 1);
      }
    }
  }
  if (
    (load<u64>(message, MESSAGE_EXPECTED_BITS) & ~seen) != 0 ||
    !(load<u32>(message, MESSAGE_PLAIN) || isUnionDone(frame, message)) ||
    load<u32>(frame, FRAME_NOTED) != 0 ||
    top != frame + load<u32>(message, MESSAGE_FRAME)
  ) {
    store<u64>(setOf(frame, message, SEEN), seen);
    if (!finishObject(at, frame, message)) {
      return 0;
    }
  }
  if (
    (load<u32>(frame, FRAME_DISORDERED) | load<u32>(message, MESSAGE_DISORDERED)) != 0 &&
    !orderFields(load<u32>(frame, FRAME_START) + load<u32>(frame, FRAME_LENGTH_SIZE))
  ) {
    return 0;
  }
  setTop(frame);
  ascend();
  if (field) {
    const start: usize = load<u32>(frame, FRAME_START);
    const left: usize = load<u32>(frame, FRAME_LENGTH_SIZE);
    const length = out - start - left;
    if (left == 1 && length < 0x80) {
      store<u8>(start, length);
      store<u8>(guesses + load<u32>(message, MESSAGE_INDEX), 1);
      return at;
    }
    const size = closeLength(start, left);
    store<u8>(guesses + load<u32>(message, MESSAGE_INDEX), size);
    return size ? at : 0;
  }
  return at;
}

/** Reads an array, which mostly is one of objects. Behind it; 0 if that is refused. */
function readObjects(
  from: usize,
  frame: usize,
  message: usize,
  entry: usize,
  name: usize,
): usize {
  const field: usize = load<u32>(entry, NAME_FIELD);
  const output = out;
  const scratch = top;
  const level = depth;
  let at: usize;
  if (load<u8>(entry, NAME_ACTION) == ACTION_LIST) {
    at = readList(from, field);
    if (at && out == output && load<u8>(field, FIELD_PRESENCE) != REQUIRED) {
      note(frame, message, EMPTY, load<u32>(entry, NAME_INDEX));
    }
  } else {
    writeTag(field);
    const start = out;
    const left = guessLengthSize(from);
    setOut(start + left);
    at = readList(from, load<u32>(load<u32>(field, FIELD_TARGET), MESSAGE_MEMBERS));
    if (at && !closeLength(start, left)) {
      return 0;
    }
  }
  if (at || !soft) {
    return at;
  }
  if (load<u8>(entry, NAME_ACTION) == ACTION_ARRAY) {
    store<u8>(frame + load<u32>(entry, NAME_STATE), PAYLOAD_KEPT, STATE_PAYLOAD);
  }
  return keepInstead(name, from, output, scratch, level);
}

/** Reads the member whose name stands at `from`, known or not. Behind its value; 0 if that is refused. */
function readAnyMember(from: usize, message: usize, frame: usize, expected: usize, seen: u64): usize {
  if (!ensure(inputEnd - from + 192)) {
    return 0;
  }
  const entry = findMember(from, message);
  if (entry == NO_NAME) {
    return 0;
  }
  const at = scanColon((nameEnd & ~MARK) + 1);
  if (!at) {
    return 0;
  }
  if (!entry) {
    setPlain(expected, seen);
    return tolerated(UNKNOWN_MEMBER, from) ? keepMember(from, nameEnd, at) : 0;
  }
  const bit = load<u64>(entry, NAME_BIT);
  if (bit & seen) {
    return fail(DUPLICATE_MEMBER, from);
  }
  if (entry < expected) {
    store<u32>(frame, 1, FRAME_DISORDERED);
  }
  const next = readMember(at, frame, message, entry, from);
  // What stands within the member was read by the same means.
  setPlain(entry + NAME_SIZE, seen | bit);
  return next;
}

/** The entry of the member whose name stands at `from`; 0 or `NO_NAME` as `lookup` gives it. */
function findMember(from: usize, message: usize): usize {
  if (load<u8>(from) != 0x22) {
    return fail(NOT_JSON, from) | NO_NAME;
  }
  return lookup(from, load<u32>(message, MESSAGE_NAMES), true);
}

/** Reads the value of a known member, whatever it is. */
function readMember(
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
  if (kind == MEMBER_IS_FIELD) {
    const field: usize = load<u32>(member, MEMBER_FIELD);
    if (load<u8>(from) == 0x6e && !holdsNull(field)) {
      return readNull(from, frame, message, field, index);
    }
    const start = out;
    const state = top;
    const level = depth;
    const next = readField(from, field);
    if (next) {
      if (
        out == start &&
        load<u8>(field, FIELD_CONTAINER) != SINGULAR &&
        load<u8>(field, FIELD_PRESENCE) != REQUIRED
      ) {
        note(frame, message, EMPTY, index);
      }
      return next;
    }
    return soft ? keepInstead(name, from, start, state, level) : 0;
  }
  if (kind == MEMBER_IS_CONSTANT) {
    return readConstant(from, member, name);
  }
  if (kind == MEMBER_IS_TAG) {
    return readTag(from, frame, message, member);
  }
  return readPayload(from, frame, message, member, index, name);
}

/** Notes a member beyond the first word as seen; false if it was. */
function noteSeen(frame: usize, message: usize, index: u32): bool {
  const word = setOf(frame, message, SEEN) + ((<usize>index >> 6) << 3);
  const bit = <u64>1 << (index & 63);
  const seen = load<u64>(word);
  store<u64>(word, seen | bit);
  return !(seen & bit);
}

/** Whether null is a value of the field's type. */
// @ts-ignore: decorator
@inline
function holdsNull(field: usize): bool {
  const kind = load<u8>(field, FIELD_KIND);
  return (
    load<u8>(field, FIELD_CONTAINER) == SINGULAR &&
    (kind == FIELD_VERBATIM || kind == FIELD_ANY) &&
    load<u8>(field, FIELD_PRESENCE) == REQUIRED
  );
}

/** Whether the word at `from`, which begins with an n, is null. */
export function isNull(from: usize): bool {
  if (load<u32>(from) == 0x6c6c756e) {
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
  if (presence != NULLABLE) {
    if (presence == REQUIRED && !tolerated(WRONG_TYPE, from)) {
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
  if (load<u8>(from) == 0x22) {
    const found = lookup(from, constant, false);
    if (found == NO_NAME) {
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

/** Notes what is absent, closes the unions and writes the residue. */
function finishObject(at: usize, frame: usize, message: usize): bool {
  const words = <usize>load<u32>(message, MESSAGE_WORDS) << 3;
  const expected: usize = load<u32>(message, MESSAGE_EXPECTED);
  const seen = setOf(frame, message, SEEN);
  for (let word: usize = 0; word < words; word += 8) {
    let missing = load<u64>(expected + word) & ~load<u64>(seen + word);
    while (missing) {
      const index = <u32>(word << 3) + <u32>ctz(missing);
      missing &= missing - 1;
      if (!noteMissing(at, frame, message, index)) {
        return false;
      }
    }
  }
  if (load<u32>(message, MESSAGE_UNION_COUNT)) {
    // What was left until now comes behind all else.
    store<u32>(frame, 1, FRAME_DISORDERED);
    if (!finishUnions(at, frame, message)) {
      return false;
    }
  }
  const records = frame + load<u32>(message, MESSAGE_FRAME);
  const count = (top - records) / RECORD_SIZE;
  if (count == 0 && load<u32>(frame, FRAME_NOTED) == 0) {
    return true;
  }
  return checkNames(records, count, RECORD_SIZE) && writeResidue(frame, message, records, count);
}

function noteMissing(at: usize, frame: usize, message: usize, index: u32): bool {
  const member = load<u32>(message, MESSAGE_MEMBERS) + <usize>index * MEMBER_SIZE;
  if (load<u8>(member, MEMBER_KIND) == MEMBER_IS_CONSTANT) {
    const allowed = load<u8>(member, MEMBER_OPTIONAL) != 0 || toleratedMissing(at, message, index);
    return allowed && keepAbsence(message, index);
  }
  const presence = load<u8>(load<u32>(member, MEMBER_FIELD), FIELD_PRESENCE);
  if (presence == REQUIRED && !toleratedMissing(at, message, index)) {
    return false;
  }
  note(frame, message, ABSENT, index);
  return true;
}
