import {
  CLOSING_BRACE,
  CLOSING_BRACKET,
  COMMA,
  LETTER_N,
  OPENING_BRACE,
  OPENING_BRACKET,
  QUOTE,
  SPACE,
  WORD_NULL,
} from "./characters";
import { NOT_JSON, UNKNOWN_VARIANT } from "./codes";
import {
  FIELD_ANY,
  FIELD_BOOLEAN,
  FIELD_BYTES,
  FIELD_CONTAINER,
  FIELD_DOUBLE,
  FIELD_ENUM,
  FIELD_FLAGS,
  FIELD_INTEGER,
  FIELD_KIND,
  FIELD_MESSAGE,
  FIELD_NULL,
  FIELD_STRING,
  FIELD_TARGET,
  FIELD_VALUE,
  FLAG_PACKED,
  INLINE_ADJACENT,
  INLINE_ADJACENT_TAG,
  INLINE_ADJACENT_TAGS,
  INLINE_CONSTANTS,
  INLINE_LIST,
  INLINE_OTHER,
  INLINE_TAG,
  INLINE_WITHOUT_TAG,
  KIND_ARRAY,
  KIND_BY_KIND,
  KIND_OBJECT,
  LIST,
  MESSAGE_KIND,
  MESSAGE_MEMBERS,
  NAME_VALUE,
  NAME_VALUES,
  NAMES_ENTRIES,
  SINGULAR,
} from "./layout";
import { checkNames, findShort, isName, isOnlyName, lookup, NO_NAME, nameEnd } from "./names";
import {
  depth,
  ensure,
  fail,
  inputEnd,
  looksOn,
  misfitBefore,
  noteSize,
  out,
  setMissing,
  setOut,
  setTop,
  tolerated,
  top,
  VALUE_ROOM,
} from "./state";
import { readAny, writeKey } from "./to-binary-any";
import { findKindArm, kindEnum } from "./to-binary-by-kind";
import { readBytes } from "./to-binary-bytes";
import { readObject } from "./to-binary-object";
import {
  mistype,
  readBoolean,
  readDouble,
  readEnum,
  readInteger,
  readStringField,
  readVerbatim,
} from "./to-binary-value";
import {
  ascend,
  descend,
  MARK,
  passSpace,
  passValue,
  scanColon,
  scanName,
  skipSpace,
} from "./tokens";
import { findSpecialWide, firstOf, WIDE } from "./vector";
import { countDigits16 } from "./vector-digits";
import { closeLength, likelySize, writeByte, writeTag, writeVarint } from "./writer";

const NULL_LENGTH: usize = 4;

/** Reads the value at `from` into a field. Returns the offset after it; 0 if it does not fit. */
export function readField(from: usize, field: usize): usize {
  const container = load<u8>(field, FIELD_CONTAINER);
  if (container === SINGULAR) {
    return readSingular(from, field);
  }
  return container === LIST ? readList(from, field) : readMap(from, field);
}

function readSingular(from: usize, field: usize): usize {
  switch (load<u8>(field, FIELD_KIND)) {
    case FIELD_STRING:
      return readStringField(from, field);
    case FIELD_BOOLEAN:
      return readBoolean(from, field, true);
    case FIELD_DOUBLE:
      return readDouble(from, field, true);
    case FIELD_INTEGER:
      return readInteger(from, field, true);
    case FIELD_ENUM:
      return readEnum(from, field, true);
    case FIELD_ANY:
      writeTag(field);
      return readAny(from, 0);
    case FIELD_MESSAGE:
      return readMessage(from, field);
    case FIELD_BYTES:
      return readBytes(from, field);
    case FIELD_NULL:
      writeTag(field);
      writeByte(0);
      return from + NULL_LENGTH;
  }
  return readVerbatim(from, field);
}

export function readMessage(from: usize, field: usize): usize {
  const message: usize = load<u32>(field, FIELD_TARGET);
  const kind = load<u32>(message, MESSAGE_KIND);
  if (kind === KIND_OBJECT) {
    return load<u8>(from) === OPENING_BRACE ? readObject(from, message, field) : mistype(from);
  }
  let arm: usize = 0;
  if (kind === KIND_BY_KIND) {
    arm = findKindArm(from, message);
    if (!arm) {
      return 0;
    }
    if (kindEnum) {
      return writeKindEnum(field, arm);
    }
  } else if (load<u8>(from) !== (kind === KIND_ARRAY ? OPENING_BRACKET : OPENING_BRACE)) {
    return mistype(from);
  }
  writeTag(field);
  const start = out;
  const left = likelySize(message, from);
  setOut(start + left);
  const end = arm
    ? readSingular(from, arm)
    : kind === KIND_ARRAY
      ? readList(from, load<u32>(message, MESSAGE_MEMBERS))
      : readInline(from, message);
  if (!end) {
    return 0;
  }
  const size = closeLength(start, left);
  noteSize(message, size);
  return size ? end : 0;
}

/** Writes a union by kind that holds the value of an enum that was just looked up. */
function writeKindEnum(field: usize, arm: usize): usize {
  const value = <i64>load<i32>(kindEnum, NAME_VALUE);
  writeTag(field);
  const start = out;
  setOut(start + 1);
  writeTag(arm);
  writeVarint(value);
  store<u8>(start, out - start - 1);
  return (nameEnd & ~MARK) + 1;
}

/** Reads an array. An empty one writes nothing. */
export function readList(from: usize, field: usize): usize {
  if (load<u8>(from) !== OPENING_BRACKET) {
    return mistype(from);
  }
  if (!descend(from)) {
    return 0;
  }
  let at = skipSpace(from + 1);
  if (load<u8>(at) === CLOSING_BRACKET) {
    ascend();
    return at + 1;
  }
  const packed = (load<u8>(field, FIELD_FLAGS) & FLAG_PACKED) !== 0;
  // Only lists of objects take the direct call: other lists are short.
  const objects =
    load<u8>(field, FIELD_KIND) === FIELD_MESSAGE &&
    load<u32>(load<u32>(field, FIELD_TARGET), MESSAGE_KIND) === KIND_OBJECT;
  let start: usize = 0;
  if (packed) {
    writeTag(field);
    start = out;
    setOut(start + 1);
  }
  const scratch = top;
  const level = depth;
  let misfits = false;
  while (true) {
    if (!ensure(inputEnd - at + VALUE_ROOM)) {
      return 0;
    }
    const element = at;
    if (objects && load<u8>(at) === OPENING_BRACE) {
      at = readObject(at, load<u32>(field, FIELD_TARGET), field);
    } else {
      at = packed ? readPacked(at, field) : readSingular(at, field);
    }
    if (!at && looksOn(scratch, level)) {
      misfits = true;
      at = passValue(element);
    }
    if (!at) {
      return 0;
    }
    at = skipSpace(at);
    const byte = load<u8>(at++);
    if (byte === COMMA) {
      at = skipSpace(at);
    } else if (byte === CLOSING_BRACKET) {
      break;
    } else {
      return fail(NOT_JSON, at - 1);
    }
  }
  ascend();
  if (misfits) {
    return misfitBefore();
  }
  return !packed || closeLength(start, 1) ? at : 0;
}

function readPacked(from: usize, field: usize): usize {
  switch (load<u8>(field, FIELD_KIND)) {
    case FIELD_BOOLEAN:
      return readBoolean(from, field, false);
    case FIELD_DOUBLE:
      return readDouble(from, field, false);
    case FIELD_ENUM:
      return readEnum(from, field, false);
  }
  return readInteger(from, field, false);
}

/** Reads an object into a map. An empty one writes nothing. */
function readMap(from: usize, field: usize): usize {
  if (load<u8>(from) !== OPENING_BRACE) {
    return mistype(from);
  }
  if (!descend(from)) {
    return 0;
  }
  let at = skipSpace(from + 1);
  if (load<u8>(at) === CLOSING_BRACE) {
    ascend();
    return at + 1;
  }
  const names = top;
  const value: usize = load<u32>(field, FIELD_VALUE);
  const level = depth;
  let misfits = false;
  while (true) {
    if (!ensure(inputEnd - at + VALUE_ROOM)) {
      return 0;
    }
    at = scanName(at);
    if (!at) {
      return 0;
    }
    writeTag(field);
    const start = out;
    setOut(start + 1);
    writeKey(top - 8);
    const element = at;
    const scratch = top;
    at = readSingular(at, value);
    if (!at && looksOn(scratch, level)) {
      misfits = true;
      at = passValue(element);
    }
    if (!at || !closeLength(start, 1)) {
      return 0;
    }
    at = skipSpace(at);
    const byte = load<u8>(at++);
    if (byte === COMMA) {
      at = skipSpace(at);
    } else if (byte === CLOSING_BRACE) {
      break;
    } else {
      return fail(NOT_JSON, at - 1);
    }
  }
  if (!checkNames(names, (top - names) >> 3, 8)) {
    return 0;
  }
  setTop(names);
  ascend();
  return misfits ? misfitBefore() : at;
}

/** Reads an object whose own members tell its type. */
export function readInline(from: usize, message: usize): usize {
  const arm = findArm(from, message);
  if (arm === 0) {
    return 0;
  }
  if (arm !== NO_NAME) {
    return readMessage(from, arm);
  }
  const other: usize = load<u32>(message, INLINE_OTHER);
  setMissing(load<u32>(load<u32>(message, INLINE_TAG), NAMES_ENTRIES));
  if (other === 0) {
    return fail(UNKNOWN_VARIANT, from);
  }
  return tolerated(UNKNOWN_VARIANT, from) ? readVerbatim(from, other) : 0;
}

/**
 * Returns the arm for the object at `from`; `NO_NAME` if there is none, 0 if the text is invalid.
 */
export function findArm(from: usize, message: usize): usize {
  const tag: usize = load<u32>(message, INLINE_TAG);
  const adjacent: usize = load<u32>(message, INLINE_ADJACENT_TAG);
  let arm = NO_NAME;
  let isTagged = false;
  let hasTag = false;
  let at = passPlainMembers(skipSpace(from + 1), tag, adjacent ? adjacent : tag);
  while (load<u8>(at) === QUOTE) {
    const name = at;
    const isTag = isOnlyName(at, tag);
    if (isTag === NO_NAME) {
      return 0;
    }
    at = scanColon((nameEnd & ~MARK) + 1);
    if (!at) {
      return 0;
    }
    hasTag = hasTag || isTag !== 0;
    if (isTag && !isTagged && load<u8>(at) === QUOTE) {
      // Not for a duplicate: it is refused later.
      isTagged = true;
      const picked = findConstantArm(at, from, message);
      if (picked !== NO_NAME) {
        return picked;
      }
    }
    if (adjacent && arm === NO_NAME && lookup(name, adjacent, false)) {
      arm = findAdjacentArm(at, message);
      if (!arm) {
        return 0;
      }
    }
    at = passValue(at);
    if (!at) {
      return 0;
    }
    at = skipSpace(at);
    if (load<u8>(at) !== COMMA) {
      break;
    }
    at = skipSpace(at + 1);
  }
  if (arm === NO_NAME && !hasTag) {
    const without: usize = load<u32>(message, INLINE_WITHOUT_TAG);
    return without ? without : NO_NAME;
  }
  return arm;
}

/**
 * Passes members with plain strings, integers and null, from the name at `at` to the first name in
 * either set, which have one name each. Returns where it stopped, which may be before that. Most
 * documents have such members before the tag.
 */
function passPlainMembers(at: usize, one: usize, other: usize): usize {
  const first: usize = load<u32>(one, NAMES_ENTRIES);
  const second: usize = load<u32>(other, NAMES_ENTRIES);
  while (load<u8>(at) === QUOTE && !isName(at, first) && !isName(at, second)) {
    let end = passPlain(at + 1);
    if (load<u16>(end) !== QUOTE_COLON) {
      break;
    }
    end += 2;
    let byte = load<u8>(end);
    if (byte === SPACE) {
      byte = load<u8>(++end);
    }
    if (byte === QUOTE) {
      end = passPlain(end + 1);
      if (load<u8>(end++) !== QUOTE) {
        break;
      }
    } else if (byte === LETTER_N) {
      if (load<u32>(end) !== WORD_NULL) {
        break;
      }
      end += NULL_LENGTH;
    } else {
      end += countDigits16(end);
    }
    if (load<u8>(end) !== COMMA) {
      break;
    }
    at = passSpace(end + 1);
  }
  return at;
}

/** A quote and a colon. */
const QUOTE_COLON: u16 = 0x3a22;

/** Returns the offset of the first byte of a string that is not plain, `from` or later. */
// @inline
function passPlain(from: usize): usize {
  let special = findSpecialWide(from);
  while (!special) {
    from += WIDE;
    special = findSpecialWide(from);
  }
  return from + firstOf(special);
}

/** Returns the arm for the value at `at` of the object's tag. The results are those of `findArm`. */
// @inline
function findConstantArm(at: usize, from: usize, message: usize): usize {
  const constants: usize = load<u32>(message, INLINE_CONSTANTS);
  const short = findShort(at, constants);
  const constant = short ? short : lookup(at, constants, false);
  if (constant <= NO_NAME) {
    return constant ? 0 : NO_NAME;
  }
  const elements: usize = load<u32>(constant, NAME_VALUES);
  return elements
    ? findListArm(from, message, constant, elements)
    : <usize>load<u32>(constant, NAME_VALUE);
}

/** Returns the arm for the value at `at` of the tag of adjacent unions; 0 if it is invalid. */
function findAdjacentArm(at: usize, message: usize): usize {
  const tags: usize = load<u32>(message, INLINE_ADJACENT_TAGS);
  if (tags && load<u8>(at) === QUOTE) {
    const value = lookup(at, tags, false);
    if (value === NO_NAME) {
      return 0;
    }
    if (value) {
      return load<u32>(value, NAME_VALUE);
    }
  }
  return load<u32>(message, INLINE_ADJACENT);
}

/**
 * Returns which of several arms with the same constant holds the object at `from`: the first
 * element of its list decides. The results are those of `findArm`. It reads the members of two
 * objects once more.
 */
function findListArm(from: usize, message: usize, constant: usize, elements: usize): usize {
  let at = findMember(from, load<u32>(message, INLINE_LIST));
  if (!at) {
    return 0;
  }
  if (at === NO_NAME || load<u8>(at) !== OPENING_BRACKET) {
    return load<u32>(constant, NAME_VALUE);
  }
  at = skipSpace(at + 1);
  if (load<u8>(at) === CLOSING_BRACKET) {
    return load<u32>(constant, NAME_VALUE);
  }
  if (load<u8>(at) !== OPENING_BRACE) {
    return NO_NAME;
  }
  at = findMember(at, load<u32>(message, INLINE_TAG));
  if (!at) {
    return 0;
  }
  if (at === NO_NAME || load<u8>(at) !== QUOTE) {
    return NO_NAME;
  }
  const element = lookup(at, elements, false);
  return element > NO_NAME ? <usize>load<u32>(element, NAME_VALUE) : element ? 0 : NO_NAME;
}

/**
 * Returns the offset of the value of the first member with the only name in `names`, in the
 * object at `from`; `NO_NAME` if there is none, 0 if the text is invalid.
 */
function findMember(from: usize, names: usize): usize {
  let at = skipSpace(from + 1);
  while (load<u8>(at) === QUOTE) {
    const isNamed = lookup(at, names, false);
    if (isNamed === NO_NAME) {
      return 0;
    }
    at = scanColon((nameEnd & ~MARK) + 1);
    if (!at || isNamed) {
      return at;
    }
    at = passValue(at);
    if (!at) {
      return 0;
    }
    at = skipSpace(at);
    if (load<u8>(at) !== COMMA) {
      break;
    }
    at = skipSpace(at + 1);
  }
  return NO_NAME;
}
