import {
  DUPLICATE_MEMBER,
  NOT_JSON,
  SCRATCH_FULL,
  UNKNOWN_MEMBER,
  UNKNOWN_VALUE,
  WRONG_TYPE,
} from "./codes";
import { toleratedMissing } from "./missing";
import {
  ABSENT,
  EMPTY,
  FRAME_LENGTH_SIZE,
  FRAME_NOTED,
  FRAME_SETS,
  FRAME_START,
  NULL,
  note,
  RECORD_NAME,
  RECORD_NAME_END,
  RECORD_SIZE,
  RECORD_TEXT,
  PAYLOAD_READ,
  RECORD_TEXT_END,
  SEEN,
  STATE_ARM,
  STATE_DECIDED,
  STATE_PAYLOAD,
  STATE_TAG,
  STATE_TAG_ARM,
  STATE_TAG_END,
  STATE_TAG_KIND,
  TAG_ARM,
  setOf,
} from "./frame";
import {
  ACTION_CONSTANT,
  ACTION_ENUM,
  ACTION_INTEGER,
  ACTION_MESSAGE,
  ACTION_PAYLOAD,
  ACTION_STRING,
  ACTION_TAG,
  FIELD_ANY,
  FIELD_CONTAINER,
  FIELD_KIND,
  FIELD_MAXIMUM,
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
  MESSAGE_EXPECTED,
  MESSAGE_EXPECTED_BITS,
  MESSAGE_FIRST_NAME,
  MESSAGE_FRAME,
  MESSAGE_INDEX,
  MESSAGE_MEMBERS,
  MESSAGE_NAMES,
  MESSAGE_ONE_UNION,
  MESSAGE_PLAIN,
  MESSAGE_UNION_COUNT,
  MESSAGE_WORDS,
  NAME_ACTION,
  NAME_BIT,
  NAME_ENCODING,
  NAME_FIELD,
  NAME_IMPLICIT,
  NAME_INDEX,
  NAME_LENGTH,
  NAME_PRESENCE,
  NAME_SIZE,
  NAME_STATE,
  NAME_TAG,
  NAME_TAG_LENGTH,
  NAME_TEXT,
  NAME_VALUE,
  NAMES_ENTRIES,
  NULLABLE,
  REQUIRED,
  SINGULAR,
  TABLE,
} from "./layout";
import { checkNames, find, isExpectedName, isName, lookup, NO_NAME, nameEnd } from "./names";
import {
  depth,
  ensure,
  fail,
  guesses,
  hasRoom,
  inputEnd,
  misfit,
  out,
  setDepth,
  setOut,
  setSpaced,
  setTop,
  soft,
  spaced,
  take,
  tolerated,
  top,
  topLimit,
} from "./state";
import { readField } from "./to-binary-field";
import { writeResidue } from "./to-binary-residue";
import { finishUnions, readPayload, readTag } from "./to-binary-union";
import { integer, mistype, scanInteger, writeInteger } from "./to-binary-value";
import { ascend, descend, MARK, scanColon, scanString, scanValue, skipSpace, stringEscaped } from "./tokens";
import { closeLength, guessLengthSize, writeTag } from "./writer";
import { BLOCK, copySpecial, firstOf, zero } from "./vector";

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
  }
  // Documents mostly have their members in the order of the schema.
  let entry: usize = load<u32>(message, MESSAGE_FIRST_NAME);
  // The place of the output; the global one is brought up to date before calls.
  let to = out;
  let seen: u64 = 0;
  let at = from + 1;
  let byte = load<u8>(at);
  if (byte <= 0x20) {
    at = skipSpace(at);
    byte = load<u8>(at);
  }
  if (byte == 0x7d) {
    at++;
  } else {
    while (true) {
      if (!hasRoom(to, at)) {
        setOut(to);
        if (!ensure(inputEnd - at + 192)) {
          return 0;
        }
      }
      const name = at;
      const expected = entry;
      if (isExpectedName(at, entry)) {
        at += load<u32>(entry, NAME_LENGTH) + 1;
      } else {
        entry = findMember(at, message);
        if (entry == NO_NAME) {
          return 0;
        }
        at = scanColon((nameEnd & ~MARK) + 1);
        if (!at) {
          return 0;
        }
      }
      byte = load<u8>(at);
      if (byte <= 0x20) {
        // Mostly one blank, in documents that have any.
        if (byte != 0x20 || load<u8>(at, 1) <= 0x20) {
          at = skipSpace(at) - 1;
        }
        at++;
        byte = load<u8>(at);
      }
      if (entry) {
        const bit = load<u64>(entry, NAME_BIT);
        if (bit & seen) {
          return fail(DUPLICATE_MEMBER, name);
        }
        seen |= bit;
        const action = load<u8>(entry, NAME_ACTION);
        let next: usize = 0;
        if (action == ACTION_STRING && byte == 0x22) {
          // Most strings are short: they are copied here, without a call.
          store<u64>(to, load<u64>(entry, NAME_TAG));
          const start = to + load<u8>(entry, NAME_TAG_LENGTH);
          const text = at + 1;
          let special = copySpecial(start + 1, text);
          let end = text;
          if (!special) {
            special = copySpecial(start + 1 + BLOCK, text + BLOCK);
            end += BLOCK;
          }
          end += firstOf(special);
          if (special && load<u8>(end) == 0x22 && end != text) {
            store<u8>(start, end - text);
            to = start + 1 + (end - text);
            next = end + 1;
          }
        } else if (action == ACTION_INTEGER && <u8>(byte - 0x30) <= 9) {
          next = scanInteger(at);
          if (!next || integer > load<u64>(load<u32>(entry, NAME_FIELD), FIELD_MAXIMUM)) {
            next = 0;
          } else if (integer != 0 || load<u32>(entry, NAME_IMPLICIT) == 0) {
            store<u64>(to, load<u64>(entry, NAME_TAG));
            setOut(to + load<u8>(entry, NAME_TAG_LENGTH));
            writeInteger(integer, load<u8>(entry, NAME_ENCODING));
            to = out;
          }
        } else if (action == ACTION_MESSAGE && byte == 0x7b) {
          setOut(to);
          const inner: usize = load<u32>(entry, NAME_FIELD);
          next = readObject(at, load<u32>(inner, FIELD_TARGET), inner);
          if (!next) {
            return 0;
          }
          to = out;
        } else if (action == ACTION_ENUM && byte == 0x22) {
          const value = find(at, load<u32>(load<u32>(entry, NAME_FIELD), FIELD_TARGET));
          // Larger and negative numbers, and a zero that is not written, take another way.
          if (value && load<u32>(value, NAME_VALUE) - 1 < 0x7f) {
            store<u64>(to, load<u64>(entry, NAME_TAG));
            to += load<u8>(entry, NAME_TAG_LENGTH);
            store<u8>(to++, load<u32>(value, NAME_VALUE));
            next = at + load<u32>(value, NAME_LENGTH);
          }
        } else if (action == ACTION_TAG && byte == 0x22) {
          next = readPlainTag(at, stateAt(frame, load<u32>(entry, NAME_STATE)), entry);
        } else if (
          action == ACTION_PAYLOAD &&
          byte == 0x7b &&
          isAwaited(stateAt(frame, load<u32>(entry, NAME_STATE)), load<u32>(entry, NAME_FIELD))
        ) {
          setOut(to);
          const arm: usize = load<u32>(entry, NAME_FIELD);
          next = readObject(at, load<u32>(arm, FIELD_TARGET), arm);
          if (!next) {
            return 0;
          }
          to = out;
        } else if (action == ACTION_CONSTANT && isName(at, load<u32>(entry, NAME_FIELD))) {
          next = at + load<u32>(load<u32>(entry, NAME_FIELD), NAME_LENGTH);
        } else if (
          byte == 0x6e &&
          load<u8>(entry, NAME_PRESENCE) == NULLABLE &&
          load<u32>(at) == 0x6c6c756e
        ) {
          next = at + 4;
        }
        if (!next) {
          setOut(to);
          next = readMember(at, frame, message, entry, name);
          if (!next) {
            return 0;
          }
          to = out;
        }
        at = next;
        entry += NAME_SIZE;
      } else {
        setOut(to);
        at = tolerated(UNKNOWN_MEMBER, name) ? keepMember(name, nameEnd, at) : 0;
        if (!at) {
          return 0;
        }
        entry = expected;
      }
      byte = load<u8>(at);
      if (byte <= 0x20) {
        at = skipSpace(at);
        byte = load<u8>(at);
      }
      at++;
      if (byte == 0x2c) {
        if (load<u8>(at) <= 0x20) {
          at = skipSpace(at);
        }
      } else if (byte == 0x7d) {
        break;
      } else {
        return fail(NOT_JSON, at - 1);
      }
    }
  }
  setOut(to);
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

// @ts-ignore: decorator
@inline
function stateAt(frame: usize, offset: u32): usize {
  return frame + offset;
}

/** Whether the tag has asked for this arm, which then is what the object is read as. */
// @ts-ignore: decorator
@inline
function isAwaited(state: usize, arm: usize): bool {
  if (load<u32>(state, STATE_TAG_ARM) != arm || load<u8>(state, STATE_DECIDED)) {
    return false;
  }
  store<u32>(state, arm, STATE_ARM);
  store<u8>(state, PAYLOAD_READ, STATE_PAYLOAD);
  store<u8>(state, 1, STATE_DECIDED);
  return true;
}

/** Reads a tag that names an arm, and has no escapes; 0 if it is none. */
// @ts-ignore: decorator
@inline
function readPlainTag(from: usize, state: usize, entry: usize): usize {
  const tag = find(from, load<u32>(entry, NAME_FIELD));
  if (!tag) {
    return 0;
  }
  const end = from + load<u32>(tag, NAME_LENGTH);
  store<u32>(state, from, STATE_TAG);
  store<u32>(state, end, STATE_TAG_END);
  store<u32>(state, load<u32>(tag, NAME_VALUE), STATE_TAG_ARM);
  store<u8>(state, TAG_ARM, STATE_TAG_KIND);
  return end;
}

/** Whether the message has one union, of which the tag and its payload were there. */
// @ts-ignore: decorator
@inline
function isUnionDone(frame: usize, message: usize): bool {
  const state = frame + FRAME_SETS + 32;
  return (
    load<u32>(message, MESSAGE_ONE_UNION) != 0 &&
    load<u8>(state, STATE_PAYLOAD) == PAYLOAD_READ &&
    load<u32>(state, STATE_TAG_ARM) == load<u32>(state, STATE_ARM)
  );
}

/** Takes a frame from the scratch stack; 0 if there is no room. */
// @ts-ignore: decorator
@inline
function beginFrame(from: usize, message: usize): usize {
  const frame = top;
  const size: usize = load<u32>(message, MESSAGE_FRAME);
  if (topLimit - frame < size) {
    return fail(SCRATCH_FULL, from);
  }
  setTop(frame + size);
  zero(frame, FRAME_SETS);
  if (!load<u32>(message, MESSAGE_PLAIN)) {
    // It has unions, or more members than a word has bits.
    zero(frame + FRAME_SETS, size - FRAME_SETS);
  }
  return frame;
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

/** Keeps a member as text, after its field turned out not to hold the value. */
export function keepInstead(
  name: usize,
  from: usize,
  start: usize,
  state: usize,
  level: u32,
): usize {
  setOut(start);
  setTop(state);
  setDepth(level);
  return keepKnown(name, from);
}

/** Keeps a member as text, of which only the start of the name is known. */
export function keepKnown(name: usize, from: usize): usize {
  const end = scanString(name);
  return end ? keepMember(name, (end - 1) | (stringEscaped ? MARK : 0), from) : 0;
}

/** Keeps a member as text. `end` is the place of the name's closing quote. */
export function keepMember(name: usize, end: u32, from: usize): usize {
  const outer = spaced;
  setSpaced(false);
  const next = scanValue(from);
  if (!next) {
    return 0;
  }
  const textEnd = <u32>next | (spaced ? MARK : 0);
  setSpaced(outer);
  return keepText(name + 1, end, from, textEnd) ? next : 0;
}

/** Notes a member that is kept as text. */
export function keepText(name: usize, end: u32, text: usize, textEnd: u32): bool {
  const record = take(RECORD_SIZE);
  if (!record) {
    return false;
  }
  store<u32>(record, name, RECORD_NAME);
  store<u32>(record, end, RECORD_NAME_END);
  store<u32>(record, text, RECORD_TEXT);
  store<u32>(record, textEnd, RECORD_TEXT_END);
  return true;
}

/** Notes that a constant or tag is absent. */
export function keepAbsence(message: usize, index: u32): bool {
  const names: usize = load<u32>(message, MESSAGE_NAMES);
  const entry = load<u32>(names, NAMES_ENTRIES) + <usize>index * NAME_SIZE;
  const name = TABLE + load<u32>(entry, NAME_TEXT);
  return keepText(name + 1, name + load<u32>(entry, NAME_LENGTH) - 1, 0, 0);
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
  const expected: usize = TABLE + load<u32>(message, MESSAGE_EXPECTED);
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
  if (load<u32>(message, MESSAGE_UNION_COUNT) && !finishUnions(at, frame, message)) {
    return false;
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
