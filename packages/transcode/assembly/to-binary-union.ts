import { COMMA, LETTER_N, QUOTE } from "./characters";
import { TAG_MISMATCH, UNKNOWN_MEMBER, UNKNOWN_VARIANT, WRONG_TYPE } from "./codes";
import {
  ABSENT,
  DECIDED,
  FRAME_DISORDERED,
  GUESSED,
  mayGuess,
  NULL,
  note,
  notePiece,
  PAYLOAD_ABSENT,
  PAYLOAD_KEPT,
  PAYLOAD_READ,
  RECORD_SIZE,
  STATE_ARM,
  STATE_CONTENT,
  STATE_CONTENT_END,
  STATE_DECIDED,
  STATE_PAYLOAD,
  STATE_TAG,
  STATE_TAG_ARM,
  STATE_TAG_END,
  STATE_TAG_KIND,
  TAG_ABSENT,
  TAG_ARM,
  TAG_LONE,
  TAG_NO_STRING,
  TAG_UNKNOWN,
} from "./frame";
import {
  FIELD_FLAGS,
  FIELD_MEMBER_INDEX,
  FIELD_PRESENCE,
  FIELD_WIRE,
  FLAG_HOLDS_NULL,
  FRAME_STATES,
  MEMBER_FIELD,
  MEMBER_IS_TAG,
  MEMBER_KIND,
  MEMBER_UNION,
  MESSAGE_NAMES,
  MESSAGE_UNION_COUNT,
  MESSAGE_UNIONS,
  NAME_LENGTH,
  NAME_SIZE,
  NAME_TEXT,
  NAME_VALUE,
  NAMES_ENTRIES,
  NO_MEMBER,
  REQUIRED,
  STATE_SIZE,
  UNION_ADJACENT,
  UNION_INDEX,
  UNION_OPTIONAL,
  UNION_OTHER,
  UNION_OTHER_CONTENT,
  UNION_OTHER_TAG,
  UNION_SIZE,
  UNION_TAG_MEMBER,
  UNION_TAGS,
} from "./layout";
import { toleratedMissing } from "./missing";
import { lookup, NO_NAME, nameEnd } from "./names";
import {
  depth,
  ensure,
  fail,
  out,
  SHORT_ROOM,
  setOut,
  setSpaced,
  setTop,
  soft,
  spaced,
  tolerated,
  top,
  VALUE_ROOM,
} from "./state";
import { readString } from "./strings";
import { readField } from "./to-binary-field";
import { keepAbsence, keepInstead, keepKnown, keepText } from "./to-binary-keep";
import { isNull } from "./to-binary-member";
import { mistype, writeText } from "./to-binary-value";
import { MARK, passValue, scanColon, scanValue, skipSpace, stringLone } from "./tokens";
import { closeLength, guessLengthSize, writeTag } from "./writer";

// @inline
function stateOf(frame: usize, union: usize): usize {
  return frame + FRAME_STATES + <usize>load<u32>(union, UNION_INDEX) * STATE_SIZE;
}

/** Records the string at `from` as the tag. Returns 0 if it is not a valid string. */
function noteTagString(from: usize, state: usize, union: usize): usize {
  const entry = lookup(from, load<u32>(union, UNION_TAGS), false);
  if (entry === NO_NAME) {
    return 0;
  }
  const end: usize = (nameEnd & ~MARK) + 1;
  store<u32>(state, from, STATE_TAG);
  store<u32>(state, end, STATE_TAG_END);
  if (entry) {
    store<u32>(state, load<u32>(entry, NAME_VALUE), STATE_TAG_ARM);
    store<u8>(state, TAG_ARM, STATE_TAG_KIND);
  } else {
    store<u8>(state, nameEnd & MARK && stringLone ? TAG_LONE : TAG_UNKNOWN, STATE_TAG_KIND);
  }
  return end;
}

/** Reads the tag of a union. It takes effect at the end of the object. */
export function readTag(from: usize, frame: usize, member: usize): usize {
  const union: usize = load<u32>(member, MEMBER_UNION);
  const state = stateOf(frame, union);
  if (load<u8>(from) === QUOTE) {
    return noteTagString(from, state, union);
  }
  mistype(from);
  if (!soft) {
    return 0;
  }
  const outer = spaced;
  setSpaced(false);
  const end = scanValue(from);
  if (!end) {
    return 0;
  }
  store<u32>(state, from, STATE_TAG);
  store<u32>(state, <u32>end | (spaced ? MARK : 0), STATE_TAG_END);
  store<u8>(state, TAG_NO_STRING, STATE_TAG_KIND);
  setSpaced(outer);
  return end;
}

/** Whether a member holds the payload of an arm. `arm` may be 0. */
// @inline
function isPayloadOf(index: u32, arm: usize): bool {
  return arm !== 0 && load<u32>(arm, FIELD_MEMBER_INDEX) === index;
}

/** Whether the arm was guessed, and the tag has not selected it. */
// @inline
function isWrong(state: usize): bool {
  return (
    load<u8>(state, STATE_DECIDED) === GUESSED &&
    load<u32>(state, STATE_TAG_ARM) !== load<u32>(state, STATE_ARM)
  );
}

/** Reads a member that holds the payload of an arm. */
export function readPayload(
  from: usize,
  frame: usize,
  message: usize,
  member: usize,
  index: u32,
  name: usize,
): usize {
  const union: usize = load<u32>(member, MEMBER_UNION);
  const state = stateOf(frame, union);
  // Not set for the content of an adjacent union.
  let arm: usize = load<u32>(member, MEMBER_FIELD);
  if (!load<u8>(state, STATE_DECIDED)) {
    const tagArm = load<u32>(state, STATE_TAG_ARM);
    const known = arm ? isPayloadOf(index, tagArm) : load<u8>(state, STATE_TAG_KIND) !== TAG_ABSENT;
    if (known) {
      store<u32>(state, tagArm, STATE_ARM);
      store<u8>(state, DECIDED, STATE_DECIDED);
    } else if (arm && mayGuess(state)) {
      store<u32>(state, arm, STATE_ARM);
    } else if (!decide(from, message, union, state, index)) {
      return 0;
    }
  } else if (isWrong(state)) {
    // There are several payloads.
    return fail(TAG_MISMATCH, from);
  }
  const picked: usize = load<u32>(state, STATE_ARM);
  if (!arm) {
    if (
      !picked &&
      load<u8>(state, STATE_TAG_KIND) === TAG_UNKNOWN &&
      load<u32>(union, UNION_OTHER)
    ) {
      return noteContent(from, state);
    }
    arm = picked;
  } else if (isPayloadOf(index, picked)) {
    arm = picked;
  }
  if (!arm || arm !== picked) {
    return tolerated(UNKNOWN_MEMBER, name) ? keepKnown(name, from) : 0;
  }
  store<u8>(state, PAYLOAD_READ, STATE_PAYLOAD);
  if (load<u8>(from) === LETTER_N && !(load<u8>(arm, FIELD_FLAGS) & FLAG_HOLDS_NULL)) {
    if (!isNull(from)) {
      return 0;
    }
    if (load<u8>(arm, FIELD_PRESENCE) === REQUIRED && !tolerated(WRONG_TYPE, from)) {
      return 0;
    }
    note(frame, message, NULL, index);
    writeEmpty(arm);
    return from + 4;
  }
  const start = out;
  const scratch = top;
  const level = depth;
  const next = readField(from, arm);
  if (next || !soft) {
    return next;
  }
  store<u8>(state, PAYLOAD_KEPT, STATE_PAYLOAD);
  return keepInstead(name, from, start, scratch, level);
}

/**
 * Records the payload of an unknown variant. It is written together with the tag at the end of
 * the object.
 */
function noteContent(from: usize, state: usize): usize {
  const outer = spaced;
  setSpaced(false);
  const end = scanValue(from);
  if (!end) {
    return 0;
  }
  store<u32>(state, from, STATE_CONTENT);
  store<u32>(state, <u32>end | (spaced ? MARK : 0), STATE_CONTENT_END);
  setSpaced(outer);
  return end;
}

/**
 * Selects the arm if a payload comes before its tag, by looking at the members that follow. There
 * is one such look-ahead for each union of an object.
 */
function decide(from: usize, message: usize, union: usize, state: usize, index: u32): bool {
  store<u8>(state, DECIDED, STATE_DECIDED);
  const others = top;
  if (!lookAhead(from, message, union, state)) {
    return false;
  }
  const tagArm = load<u32>(state, STATE_TAG_ARM);
  const member = <usize>load<u32>(entryOf(message, index), NAME_VALUE);
  const own = load<u32>(member, MEMBER_FIELD);
  const alone = top === others;
  const tagIndex: u32 = tagArm ? load<u32>(tagArm, FIELD_MEMBER_INDEX) : NO_MEMBER;
  // An arm without a payload needs none.
  let tagIsThere = tagIndex === index || tagIndex === NO_MEMBER;
  for (let record = others; record < top; record += RECORD_SIZE) {
    tagIsThere = tagIsThere || isPayloadOf(tagIndex, load<u32>(record));
  }
  setTop(others);
  if (load<u32>(union, UNION_ADJACENT)) {
    store<u32>(state, tagArm, STATE_ARM);
  } else if (tagArm && tagIsThere) {
    store<u32>(state, tagArm, STATE_ARM);
  } else {
    store<u32>(state, alone ? own : 0, STATE_ARM);
  }
  return true;
}

/**
 * Looks at the members after the value at `from`: collects the arms of the payloads of a union on
 * the scratch stack, and notes its tag, which is read again when its turn comes. Returns false if
 * the text is invalid.
 */
function lookAhead(from: usize, message: usize, union: usize, state: usize): bool {
  const names: usize = load<u32>(message, MESSAGE_NAMES);
  let at = passValue(from);
  while (at) {
    at = skipSpace(at);
    if (load<u8>(at) !== COMMA) {
      return true;
    }
    at = skipSpace(at + 1);
    if (load<u8>(at) !== QUOTE) {
      return true;
    }
    const entry = lookup(at, names, true);
    if (entry === NO_NAME) {
      return false;
    }
    at = scanColon((nameEnd & ~MARK) + 1);
    if (!at) {
      return false;
    }
    if (entry && !noteFollowing(at, load<u32>(entry, NAME_VALUE), union, state)) {
      return false;
    }
    at = passValue(at);
  }
  return false;
}

/** Notes a member that follows, with its value at `at`, if it is part of the union. */
function noteFollowing(at: usize, member: usize, union: usize, state: usize): bool {
  if (<usize>load<u32>(member, MEMBER_UNION) !== union) {
    return true;
  }
  if (load<u8>(member, MEMBER_KIND) !== MEMBER_IS_TAG) {
    return keepText(<usize>load<u32>(member, MEMBER_FIELD), 0, 0, 0);
  }
  return load<u8>(at) !== QUOTE || noteTagString(at, state, union) !== 0;
}

/** Writes an arm with an empty payload. */
function writeEmpty(arm: usize): void {
  writeTag(arm);
  const wire = load<u8>(arm, FIELD_WIRE);
  store<u64>(out, 0);
  setOut(out + (wire === 1 ? 8 : wire === 5 ? 4 : 1));
}

export function finishUnions(at: usize, frame: usize, message: usize): bool {
  let union: usize = load<u32>(message, MESSAGE_UNIONS);
  const end = union + <usize>load<u32>(message, MESSAGE_UNION_COUNT) * UNION_SIZE;
  let state = frame + FRAME_STATES;
  for (; union < end; union += UNION_SIZE) {
    if (
      load<u8>(state, STATE_PAYLOAD) !== PAYLOAD_READ ||
      load<u32>(state, STATE_TAG_ARM) !== load<u32>(state, STATE_ARM)
    ) {
      const start = out;
      if (isGuessRefuted(state)) {
        fail(TAG_MISMATCH, at);
        return false;
      }
      if (!finishUnion(at, frame, message, union, state)) {
        return false;
      }
      if (out !== start) {
        // The field is that of the tag, which was read.
        store<u32>(frame, 1, FRAME_DISORDERED);
        notePiece(frame, entryOf(message, load<u32>(union, UNION_TAG_MEMBER)), start, out);
      }
    }
    state += STATE_SIZE;
  }
  return true;
}

/** Whether the arm is another one than was guessed: the tag decides, if its payload is there. */
function isGuessRefuted(state: usize): bool {
  const tagArm: usize = load<u32>(state, STATE_TAG_ARM);
  if (!tagArm || !isWrong(state)) {
    return false;
  }
  const index = load<u32>(tagArm, FIELD_MEMBER_INDEX);
  return index === NO_MEMBER || isPayloadOf(index, load<u32>(state, STATE_ARM));
}

function finishUnion(at: usize, frame: usize, message: usize, union: usize, state: usize): bool {
  const tagKind = load<u8>(state, STATE_TAG_KIND);
  const tagArm: usize = load<u32>(state, STATE_TAG_ARM);
  const isOther = tagKind === TAG_UNKNOWN && load<u32>(union, UNION_OTHER) !== 0;
  const arm: usize = load<u8>(state, STATE_DECIDED) ? load<u32>(state, STATE_ARM) : tagArm;
  if (isOther) {
    return tolerated(UNKNOWN_VARIANT, load<u32>(state, STATE_TAG)) && writeOther(union, state);
  }
  const payload = load<u8>(state, STATE_PAYLOAD);
  if (arm && payload === PAYLOAD_ABSENT) {
    const index = load<u32>(arm, FIELD_MEMBER_INDEX);
    if (load<u8>(arm, FIELD_PRESENCE) === REQUIRED && !toleratedMissing(at, message, index)) {
      return false;
    }
    if (!ensure(SHORT_ROOM)) {
      return false;
    }
    if (index !== NO_MEMBER) {
      note(frame, message, ABSENT, index);
    }
    store<u32>(state, arm, STATE_ARM);
    writeEmpty(arm);
  }
  const isSet = arm !== 0 && payload !== PAYLOAD_KEPT;
  const tagMember: u32 = load<u32>(union, UNION_TAG_MEMBER);
  if (tagKind === TAG_ABSENT) {
    const required = !load<u32>(union, UNION_OPTIONAL);
    if (required && !toleratedMissing(at, message, tagMember)) {
      return false;
    }
    return (!required && !isSet) || keepAbsence(message, tagMember);
  }
  const agrees = tagArm !== 0 && tagArm === arm;
  const tag: usize = load<u32>(state, STATE_TAG);
  if (!agrees && tagKind !== TAG_NO_STRING) {
    if (!tolerated(tagArm ? TAG_MISMATCH : UNKNOWN_VARIANT, tag)) {
      return false;
    }
  }
  return (agrees && isSet) || keepTag(message, tagMember, tag, load<u32>(state, STATE_TAG_END));
}

/** Returns the name of a member. */
// @inline
function entryOf(message: usize, index: u32): usize {
  const names: usize = load<u32>(message, MESSAGE_NAMES);
  return load<u32>(names, NAMES_ENTRIES) + <usize>index * NAME_SIZE;
}

function keepTag(message: usize, index: u32, tag: usize, end: u32): bool {
  const entry = entryOf(message, index);
  const name = load<u32>(entry, NAME_TEXT);
  return keepText(name + 1, name + load<u32>(entry, NAME_LENGTH) - 1, tag, end);
}

/** Writes the arm for unknown tags: the tag and the text of the payload. */
function writeOther(union: usize, state: usize): bool {
  const tag: usize = load<u32>(state, STATE_TAG);
  const content: usize = load<u32>(state, STATE_CONTENT);
  const contentEnd = load<u32>(state, STATE_CONTENT_END);
  if (
    !ensure(
      load<u32>(state, STATE_TAG_END) - tag + ((contentEnd & ~MARK) - content) + 2 * VALUE_ROOM,
    )
  ) {
    return false;
  }
  writeTag(load<u32>(union, UNION_OTHER));
  const start = out;
  const left = guessLengthSize(content ? content : tag);
  setOut(start + left);
  if (load<u8>(tag, 1) !== QUOTE) {
    writeTag(load<u32>(union, UNION_OTHER_TAG));
    readString(tag);
  }
  if (content) {
    writeTag(load<u32>(union, UNION_OTHER_CONTENT));
    if (!writeText(content, contentEnd & ~MARK, (contentEnd & MARK) !== 0)) {
      return false;
    }
  }
  return closeLength(start, left) !== 0;
}
