import {
  BACKSLASH,
  CLOSING_BRACE,
  COLON,
  COMMA,
  DIGIT_0,
  LETTER_E,
  LETTER_N,
  LOWER_CASE,
  OPENING_BRACE,
  POINT,
  QUOTE,
  SPACE,
  WORD_FALS,
  WORD_NULL,
  WORD_TRUE,
} from "./characters";
import { NOT_JSON } from "./codes";
import { exactPower } from "./double";
import {
  ABSENT,
  beginFrame,
  FRAME_DISORDERED,
  FRAME_LENGTH_SIZE,
  FRAME_NOTED,
  FRAME_START,
  isAwaited,
  isDone,
  note,
  notePiece,
  RECORD_SIZE,
  SEEN,
  STATE_TAG,
  STATE_TAG_ARM,
  STATE_TAG_END,
  STATE_TAG_KIND,
  setOf,
  TAG_ARM,
} from "./frame";
import {
  ACTION_BOOLEAN,
  ACTION_BY_KIND,
  ACTION_CONSTANT,
  ACTION_DOUBLE,
  ACTION_ENUM,
  ACTION_INTEGER,
  ACTION_MESSAGE,
  ACTION_PAYLOAD,
  ACTION_STRING,
  ACTION_TAG,
  ENCODING_FORM,
  ENCODING_VARINT,
  ESCAPES,
  FIELD_PRESENCE,
  FIELD_TAG,
  FIELD_TAG_LENGTH,
  FIELD_TARGET,
  MEMBER_FIELD,
  MEMBER_IS_CONSTANT,
  MEMBER_KIND,
  MEMBER_OPTIONAL,
  MEMBER_SIZE,
  MESSAGE_EXPECTED,
  MESSAGE_EXPECTED_BITS,
  MESSAGE_FIRST_NAME,
  MESSAGE_FRAME,
  MESSAGE_MEMBERS,
  MESSAGE_NAMES,
  MESSAGE_ORDER,
  MESSAGE_UNION_COUNT,
  MESSAGE_WORDS,
  NAME_ACTION,
  NAME_BIT,
  NAME_ENCODING,
  NAME_FIELD,
  NAME_IMPLICIT,
  NAME_INSTEAD,
  NAME_LENGTH,
  NAME_LIMIT,
  NAME_PRESENCE,
  NAME_SIZE,
  NAME_STATE,
  NAME_TAG,
  NAME_TAG_LENGTH,
  NAME_VALUE,
  NAME_VALUES,
  NULLABLE,
  ORDER_ALWAYS,
  ORDER_PIECES,
  REQUIRED,
} from "./layout";
import { toleratedMissing } from "./missing";
import { checkNames, findShort, isExpectedName, isShortName } from "./names";
import { orderFields, orderPieces } from "./order";
import { fail, hasRoom, noteSize, out, setOut, setTop, top } from "./state";
import { keepAbsence } from "./to-binary-keep";
import { nextEntry, nextSeen, readAnyMember, readMember } from "./to-binary-member";
import { writeResidue } from "./to-binary-residue";
import { finishUnions } from "./to-binary-union";
import { ascend, descend, passSpace, skipSpace } from "./tokens";
import { copySpecialWide, firstOf, WIDE } from "./vector";
import { countDigits16, readDigits16 } from "./vector-digits";
import { MORE_BYTES } from "./wire";
import { closeLength, likelySize, storeVarint } from "./writer";

/** Longer texts are read by `readString`, because their length may take two bytes. */
const SHORT_TEXT: usize = 112;
/**
 * With the arm's tag and its length added, a text up to this size still has a union's length of
 * one byte.
 */
const LONGEST_TEXT: usize = 0x7d;

/**
 * Reads the object at `from` as a message, into a field unless that is 0. Returns the offset
 * after it; 0 if it is refused.
 *
 * Most members are short strings, numbers or words. They are read in a loop without calls,
 * because engines keep no values in registers across a call. Any other member leaves the loop
 * without changes and goes to `readAnyMember`.
 *
 * Parts that give one value are functions that the compiler inlines, at no cost. What gives several
 * stays here: as a function that returns two offsets in one number, the copying of a text made
 * lists of run steps 2.5 % slower; other shapes of the two loops cost 2 % more.
 */
// biome-ignore lint/complexity/noExcessiveCognitiveComplexity: the loop must stay without calls
export function readObject(from: usize, message: usize, field: usize): usize {
  if (!descend(from)) {
    return 0;
  }
  const frame = beginFrame(from, message);
  if (!frame) {
    return 0;
  }
  let to = beginField(from, frame, message, field);
  // Most documents have their members in the order of the schema.
  let entry: usize = load<u32>(message, MESSAGE_FIRST_NAME);
  let seen: u64 = 0;
  let isEmpty = true;
  let at = from;
  while (true) {
    // `at` is the opening brace or a comma.
    at = passSpace(at + 1);
    if (isEmpty && load<u8>(at) === CLOSING_BRACE) {
      at++;
      break;
    }
    isEmpty = false;
    // The member whose name is at `at`, the start of its value and the end of its value; 0 until
    // they are known.
    let member: usize = 0;
    let place = at;
    let end: usize = 0;
    let start = to;
    while (true) {
      member = 0;
      place = at;
      start = to;
      if (!hasRoom(to, at)) {
        break;
      }
      let found = entry;
      if (!isExpectedName(at, entry)) {
        found = load<u32>(entry, NAME_INSTEAD);
        if (!isExpectedName(at, found)) {
          found = findShort(at, load<u32>(message, MESSAGE_NAMES));
          if (!found || load<u8>(at + load<u32>(found, NAME_LENGTH)) !== COLON) {
            break;
          }
          store<u32>(entry, found, NAME_INSTEAD);
        }
        if (found < entry) {
          store<u32>(frame, 1, FRAME_DISORDERED);
        }
      }
      place = at + load<u32>(found, NAME_LENGTH) + 1;
      let byte = load<u8>(place);
      if (byte === SPACE) {
        byte = load<u8>(++place);
      }
      const bit = load<u64>(found, NAME_BIT);
      if (bit & seen) {
        break;
      }
      member = found;
      let previous = found;
      let next = place;
      const action = load<u8>(found, NAME_ACTION);
      if (byte === QUOTE) {
        if ((action & ~ACTION_BY_KIND) === ACTION_STRING) {
          store<u64>(to, load<u64>(found, NAME_TAG));
          const size = to + load<u8>(found, NAME_TAG_LENGTH);
          let text = size + 1;
          next++;
          while (text - size < SHORT_TEXT) {
            const special = copySpecialWide(text, next);
            if (!special) {
              text += WIDE;
              next += WIDE;
              continue;
            }
            text += firstOf(special);
            next += firstOf(special);
            if (load<u8>(next) !== BACKSLASH) {
              break;
            }
            const meant = load<u8>(ESCAPES + load<u8>(next, 1));
            if (!meant) {
              break;
            }
            store<u8>(text++, meant);
            next += 2;
          }
          const length = text - size - 1;
          if (load<u8>(next) !== QUOTE || length - 1 >= LONGEST_TEXT) {
            break;
          }
          store<u8>(size, length);
          if (action & ACTION_BY_KIND) {
            // The length of the union and the arm's tag come before the length of the text.
            store<u8>(size - 2, length + 2);
          }
          to = text;
          next++;
        } else if (action === ACTION_CONSTANT) {
          const constant: usize = load<u32>(found, NAME_FIELD);
          if (!isShortName(next, constant)) {
            break;
          }
          next += load<u32>(constant, NAME_LENGTH);
        } else if (action === ACTION_ENUM || action === ACTION_TAG) {
          const value = findShort(next, load<u32>(found, NAME_VALUES));
          if (!value) {
            break;
          }
          next += load<u32>(value, NAME_LENGTH);
          const number = load<u32>(value, NAME_VALUE);
          if (action === ACTION_TAG) {
            noteTag(frame + load<u32>(found, NAME_STATE), place, next, number);
            // The payload of this arm is expected next.
            previous = load<u32>(value, NAME_FIELD);
          } else if (number - 1 < MORE_BYTES - 1) {
            to = storeSmall(to, found, number);
          } else {
            break;
          }
        } else {
          break;
        }
      } else if (byte === LETTER_N) {
        if (load<u8>(found, NAME_PRESENCE) !== NULLABLE || load<u32>(next) !== WORD_NULL) {
          break;
        }
        next += 4;
      } else if (action === ACTION_INTEGER) {
        if (<u8>(byte - DIGIT_0) > 9) {
          break;
        }
        const count = countDigits16(next);
        const value = readDigits16(next, count);
        next += count;
        if (byte === DIGIT_0 && count !== 1) {
          break;
        }
        // A comma is below all characters that may continue a number.
        const after = load<u8>(next);
        if (after >= POINT && (after === POINT || (after | LOWER_CASE) === LETTER_E)) {
          break;
        }
        if (value >= load<u64>(found, NAME_LIMIT)) {
          break;
        }
        to = storeInteger(to, found, value);
      } else if (action === ACTION_BOOLEAN) {
        const word = load<u32>(next);
        const isTrue = word === WORD_TRUE;
        if (!isTrue && !(word === WORD_FALS && load<u8>(next, 4) === LETTER_E)) {
          break;
        }
        next += isTrue ? 4 : 5;
        if (isTrue || load<u8>(found, NAME_IMPLICIT) === 0) {
          to = storeSmall(to, found, <u32>isTrue);
        }
      } else {
        break;
      }
      seen |= bit;
      notePiece(frame, found, start, to);
      entry = previous + NAME_SIZE;
      if (load<u8>(next) !== COMMA) {
        end = next;
        break;
      }
      // There may be a new line and indentation.
      at = passSpace(next + 1);
    }
    if (!end) {
      setOut(to);
      if (member) {
        entry = member + NAME_SIZE;
        seen |= load<u64>(member, NAME_BIT);
        end = readKnownMember(skipSpace(place), frame, message, member, at);
        notePiece(frame, member, start, out);
      } else {
        end = readAnyMember(at, message, frame, entry, seen);
        entry = nextEntry;
        seen = nextSeen;
      }
      if (!end) {
        return 0;
      }
      to = out;
    }
    at = passSpace(end);
    const byte = load<u8>(at);
    if (byte !== COMMA) {
      if (byte !== CLOSING_BRACE) {
        return fail(NOT_JSON, at);
      }
      at++;
      break;
    }
  }
  setOut(to);
  return closeObject(at, frame, message, field, seen);
}

/** Writes the tag of the message's field, and reserves bytes for its length. Returns their end. */
// @inline
function beginField(from: usize, frame: usize, message: usize, field: usize): usize {
  let to = out;
  if (!field) {
    store<u32>(frame, to, FRAME_START);
    return to;
  }
  const left = likelySize(message, from);
  store<u64>(to, load<u64>(field, FIELD_TAG));
  to += load<u32>(field, FIELD_TAG_LENGTH);
  store<u32>(frame, left, FRAME_LENGTH_SIZE);
  store<u32>(frame, to, FRAME_START);
  return to + left;
}

/** Notes the text and the arm of a union's tag. */
// @inline
function noteTag(state: usize, from: usize, end: usize, arm: u32): void {
  store<u32>(state, from, STATE_TAG);
  store<u32>(state, end, STATE_TAG_END);
  store<u32>(state, arm, STATE_TAG_ARM);
  store<u8>(state, TAG_ARM, STATE_TAG_KIND);
}

/** Writes a value of one byte with its tag. Returns the end of the output. */
// @inline
function storeSmall(to: usize, entry: usize, value: u32): usize {
  store<u64>(to, load<u64>(entry, NAME_TAG));
  to += load<u8>(entry, NAME_TAG_LENGTH);
  store<u8>(to, value);
  return to + 1;
}

/** Writes a short integer with its tag, unless it is an implicit zero. Returns the output's end. */
// @inline
function storeInteger(to: usize, entry: usize, value: u64): usize {
  if (value === 0 && load<u8>(entry, NAME_IMPLICIT) !== 0) {
    return to;
  }
  const encoding = load<u8>(entry, NAME_ENCODING) & ENCODING_FORM;
  const bits = value << u64(encoding !== ENCODING_VARINT);
  if (bits < MORE_BYTES) {
    return storeSmall(to, entry, <u32>bits);
  }
  store<u64>(to, load<u64>(entry, NAME_TAG));
  return storeVarint(to + load<u8>(entry, NAME_TAG_LENGTH), bits);
}

/** More digits may not be exact in a double. */
const SHORT_DIGITS: usize = 15;

/**
 * Reads a positive number of few digits without an exponent, and writes it with its tag. Returns
 * the offset after it; 0 if the value at `from` is another one, or an implicit zero.
 */
function readShortDouble(from: usize, entry: usize): usize {
  const count = countDigits16(from);
  if (count - 1 >= SHORT_DIGITS || (count > 1 && load<u8>(from) === DIGIT_0)) {
    return 0;
  }
  let end = from + count;
  let value = readDigits16(from, count);
  let places: usize = 0;
  if (load<u8>(end) === POINT) {
    places = countDigits16(end + 1);
    if (places === 0 || count + places > SHORT_DIGITS) {
      return 0;
    }
    value = value * <u64>exactPower(<i32>places) + readDigits16(end + 1, places);
    end += 1 + places;
  }
  if ((load<u8>(end) | LOWER_CASE) === LETTER_E || value === 0) {
    return 0;
  }
  const to = out;
  store<u64>(to, load<u64>(entry, NAME_TAG));
  const start = to + load<u8>(entry, NAME_TAG_LENGTH);
  // Both operands are exact, so the result is rounded only once.
  store<f64>(start, <f64>value / exactPower(<i32>places));
  setOut(start + 8);
  return end;
}

/** Reads the value at `place` of a member whose name is at `name`. Returns the offset after it. */
// @inline
function readKnownMember(
  place: usize,
  frame: usize,
  message: usize,
  member: usize,
  name: usize,
): usize {
  const field: usize = load<u32>(member, NAME_FIELD);
  const action = load<u8>(member, NAME_ACTION);
  if (
    load<u8>(place) === OPENING_BRACE &&
    (action === ACTION_MESSAGE ||
      (action === ACTION_PAYLOAD && isAwaited(frame + load<u32>(member, NAME_STATE), field)))
  ) {
    return readObject(place, load<u32>(field, FIELD_TARGET), field);
  }
  if (action === ACTION_DOUBLE) {
    const end = readShortDouble(place, member);
    if (end) {
      return end;
    }
  }
  return readMember(place, frame, message, member, name);
}

/**
 * Ends an object; `seen` is the first word of its members that were read. Returns `at`; 0 if the
 * object is refused.
 */
// @inline
function closeObject(at: usize, frame: usize, message: usize, field: usize, seen: u64): usize {
  if (
    (load<u64>(message, MESSAGE_EXPECTED_BITS) & ~seen) !== 0 ||
    !isDone(frame, message) ||
    top !== frame + load<u32>(message, MESSAGE_FRAME)
  ) {
    store<u64>(setOf(frame, message, SEEN), seen);
    if (!finishObject(at, frame, message, seen)) {
      return 0;
    }
  } else if (load<u32>(frame, FRAME_DISORDERED) !== 0 && !orderPieces(frame, message, seen)) {
    return 0;
  }
  setTop(frame);
  ascend();
  if (field) {
    const start: usize = load<u32>(frame, FRAME_START);
    const left: usize = load<u32>(frame, FRAME_LENGTH_SIZE);
    const length = out - start - left;
    if (left === 1 && length < MORE_BYTES) {
      store<u8>(start, length);
      noteSize(message, 1);
      return at;
    }
    const size = closeLength(start, left);
    noteSize(message, size);
    return size ? at : 0;
  }
  return at;
}

/**
 * Records absent members, ends the unions, sorts the fields and writes the residue. `first` is the
 * first word of the members that were read.
 */
function finishObject(at: usize, frame: usize, message: usize, first: u64): bool {
  const words = (<usize>load<u32>(message, MESSAGE_WORDS)) << 3;
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
  if (load<u32>(message, MESSAGE_UNION_COUNT) && !finishUnions(at, frame, message)) {
    return false;
  }
  const isOrdered = load<u32>(frame, FRAME_DISORDERED) === 0;
  const order = load<u32>(message, MESSAGE_ORDER);
  if (!isOrdered && order === ORDER_PIECES && !orderPieces(frame, message, first)) {
    return false;
  }
  const records = frame + load<u32>(message, MESSAGE_FRAME);
  const count = (top - records) / RECORD_SIZE;
  if (
    (count !== 0 || load<u32>(frame, FRAME_NOTED) !== 0) &&
    !(checkNames(records, count, RECORD_SIZE) && writeResidue(frame, message, records, count))
  ) {
    return false;
  }
  return (
    order === ORDER_PIECES ||
    (isOrdered && order !== ORDER_ALWAYS) ||
    orderFields(load<u32>(frame, FRAME_START) + load<u32>(frame, FRAME_LENGTH_SIZE))
  );
}

function noteMissing(at: usize, frame: usize, message: usize, index: u32): bool {
  const member = load<u32>(message, MESSAGE_MEMBERS) + <usize>index * MEMBER_SIZE;
  if (load<u8>(member, MEMBER_KIND) === MEMBER_IS_CONSTANT) {
    const allowed = load<u8>(member, MEMBER_OPTIONAL) !== 0 || toleratedMissing(at, message, index);
    return allowed && keepAbsence(message, index);
  }
  const presence = load<u8>(load<u32>(member, MEMBER_FIELD), FIELD_PRESENCE);
  if (presence === REQUIRED && !toleratedMissing(at, message, index)) {
    return false;
  }
  note(frame, message, ABSENT, index);
  return true;
}
