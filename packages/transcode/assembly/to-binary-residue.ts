import { copyCompact } from "./compact";
import {
  EMPTY,
  FRAME_NOTED,
  NULL,
  RECORD_NAME,
  RECORD_NAME_END,
  RECORD_SIZE,
  RECORD_TEXT,
  RECORD_TEXT_END,
  STATE_ARM,
  setOf,
} from "./frame";
import {
  FIELD_NUMBER,
  FRAME_STATES,
  MEMBER_FIELD,
  MEMBER_SIZE,
  MEMBER_UNION,
  MESSAGE_MEMBERS,
  MESSAGE_RESIDUE,
  MESSAGE_WORDS,
  STATE_SIZE,
  UNION_INDEX,
} from "./layout";
import { ensure, out, SHORT_ROOM, setOut, VALUE_ROOM } from "./state";
import { writeKey } from "./to-binary-any";
import { MARK } from "./tokens";
import { MORE_BYTES } from "./wire";
import { closeLength, lengthSize, writeByte, writeTag, writeVarint } from "./writer";

// The fields of stepwire.json.v1.JsonResidue.
const MEMBERS: u32 = 0x0a;
const NUMBERS: u32 = 0x12;
const TEXT: u32 = 0x12;

/** Writes the residue: the part of the object that its message cannot express. */
export function writeResidue(frame: usize, message: usize, records: usize, count: usize): bool {
  if (!ensure(SHORT_ROOM)) {
    return false;
  }
  writeTag(load<u32>(message, MESSAGE_RESIDUE));
  const start = out;
  if (count === 0 && load<u32>(message, MESSAGE_WORDS) === 1 && writeFewNumbers(frame, message)) {
    return true;
  }
  const left: usize = count > 1 ? 2 : 1;
  setOut(start + left);
  const end = records + count * RECORD_SIZE;
  for (let record = records; record < end; record += RECORD_SIZE) {
    if (!writeRecord(record)) {
      return false;
    }
  }
  // The sets are not initialized until one is used.
  for (let which = NULL; which <= EMPTY && load<u32>(frame, FRAME_NOTED); which++) {
    if (!writeNumbers(frame, message, which)) {
      return false;
    }
  }
  return closeLength(start, left) !== 0;
}

/** A longer residue may not fit into SHORT_ROOM. */
const LONGEST_NUMBERS: usize = 48;

/** Writes a residue that has only a few small numbers, after its length. */
// @inline
function writeFewNumbers(frame: usize, message: usize): bool {
  const start = out;
  const members: usize = load<u32>(message, MESSAGE_MEMBERS);
  let to = start + 1;
  for (let which = NULL; which <= EMPTY; which++) {
    let rest = load<u64>(setOf(frame, message, which));
    if (rest === 0) {
      continue;
    }
    const first = to + 2;
    store<u8>(to, NUMBERS + ((<u32>which) << 3));
    to = first;
    while (rest) {
      const number = numberOf(frame, members + <usize>ctz(rest) * MEMBER_SIZE);
      rest &= rest - 1;
      if (number >= MORE_BYTES || to - start > LONGEST_NUMBERS) {
        return false;
      }
      store<u8>(to++, number);
    }
    store<u8>(first - 1, to - first);
  }
  store<u8>(start, to - start - 1);
  setOut(to);
  return true;
}

/** Writes a member that is kept as text as an entry of the map. */
function writeRecord(record: usize): bool {
  const name: usize = load<u32>(record, RECORD_NAME);
  const nameEnd: usize = load<u32>(record, RECORD_NAME_END) & ~MARK;
  const text: usize = load<u32>(record, RECORD_TEXT);
  const marked = load<u32>(record, RECORD_TEXT_END);
  const size = (marked & ~MARK) - text;
  if (!ensure(nameEnd - name + size + VALUE_ROOM)) {
    return false;
  }
  writeByte(MEMBERS);
  const start = out;
  const left = lengthSize(nameEnd - name + size + 4);
  setOut(start + left);
  writeKey(record);
  writeByte(TEXT);
  const textStart = out;
  const textLeft = lengthSize(size);
  setOut(copyCompact(textStart + textLeft, text, marked & ~MARK, (marked & MARK) !== 0));
  return closeLength(textStart, textLeft) !== 0 && closeLength(start, left) !== 0;
}

/** Writes the field numbers of the members in a set, in the order of the schema. */
function writeNumbers(frame: usize, message: usize, which: usize): bool {
  const words = <usize>load<u32>(message, MESSAGE_WORDS);
  const set = setOf(frame, message, which);
  const members: usize = load<u32>(message, MESSAGE_MEMBERS);
  let start: usize = 0;
  for (let word: usize = 0; word < words; word++) {
    let rest = load<u64>(set + (word << 3));
    while (rest) {
      const index = (word << 6) + <usize>ctz(rest);
      rest &= rest - 1;
      if (!ensure(SHORT_ROOM)) {
        return false;
      }
      if (start === 0) {
        writeByte(NUMBERS + ((<u32>which) << 3));
        start = out;
        setOut(start + 1);
      }
      writeVarint(numberOf(frame, members + index * MEMBER_SIZE));
    }
  }
  return start === 0 || closeLength(start, 1) !== 0;
}

/** Returns the field number of a member; for a payload, that of the selected arm. */
function numberOf(frame: usize, member: usize): u32 {
  let field: usize = load<u32>(member, MEMBER_FIELD);
  const union: usize = load<u32>(member, MEMBER_UNION);
  if (union) {
    const index = <usize>load<u32>(union, UNION_INDEX);
    field = load<u32>(frame + FRAME_STATES + index * STATE_SIZE, STATE_ARM);
  }
  return load<u32>(field, FIELD_NUMBER);
}
