import { SCRATCH_FULL } from "./codes";
import {
  FRAME_STATES,
  MESSAGE_DONE,
  MESSAGE_FRAME,
  MESSAGE_LARGE,
  MESSAGE_SETS,
  MESSAGE_WORDS,
  NAME_PIECE,
  PIECE_END,
  PIECE_START,
} from "./layout";
import { fail, isGuessing, setGuessed, setTop, top, topLimit } from "./state";
import { zero, zero16 } from "./vector";

// The state of one JSON object while it is read: a frame on the scratch stack. Sets of members
// are bits, 64 in a word. After them, there is a piece for each member, set when it was seen; the
// fields are sorted by them. After the frame, there is a record for each member that is kept as
// text.

/** Whether any member is noted as null, absent or empty. */
export const FRAME_NOTED: usize = 0;
/** Whether the members came in another order than that of the schema. */
export const FRAME_DISORDERED: usize = 4;
/** Offset of the message's length, and how many bytes are reserved for it. */
export const FRAME_START: usize = 8;
export const FRAME_LENGTH_SIZE: usize = 12;
/** How many bytes of every frame are zeroed: the words above and the state of one union. */
const FRAME_HEAD: usize = 48;

// The state of a union. The states start at FRAME_STATES; the sets follow them and are zeroed on
// first use.
/** The text of the tag; 0 until the tag was seen. */
export const STATE_TAG: usize = 0;
export const STATE_TAG_END: usize = 4;
/** The arm that the tag selects, or 0. */
export const STATE_TAG_ARM: usize = 8;
/** The arm that the object is read as, set when its payload was read. */
export const STATE_ARM: usize = 12;
export const STATE_TAG_KIND: usize = 16;
export const STATE_PAYLOAD: usize = 17;
/** Whether `STATE_ARM` is set: one of `DECIDED` and `GUESSED`, or 0. */
export const STATE_DECIDED: usize = 18;
/** The payload of the arm for unknown tags. */
export const STATE_CONTENT: usize = 20;
export const STATE_CONTENT_END: usize = 24;

export const TAG_ABSENT: u8 = 0;
export const TAG_ARM: u8 = 1;
export const TAG_UNKNOWN: u8 = 2;
export const TAG_LONE: u8 = 3;
export const TAG_NO_STRING: u8 = 4;

export const DECIDED: u8 = 1;
/** The payload came before the tag. The arm is the first one that has this payload. */
export const GUESSED: u8 = 2;

export const PAYLOAD_ABSENT: u8 = 0;
export const PAYLOAD_READ: u8 = 1;
export const PAYLOAD_KEPT: u8 = 2;

// A member that is kept as text. An end of 0 means that the text is empty.
export const RECORD_SIZE: usize = 16;
export const RECORD_NAME: usize = 0;
export const RECORD_NAME_END: usize = 4;
export const RECORD_TEXT: usize = 8;
export const RECORD_TEXT_END: usize = 12;

/** The sets of members. */
export const NULL: usize = 0;
export const ABSENT: usize = 1;
export const EMPTY: usize = 2;
/** The members that were seen. `readObject` keeps the first word in a register. */
export const SEEN: usize = 3;

export function setOf(frame: usize, message: usize, which: usize): usize {
  return (
    frame + load<u32>(message, MESSAGE_SETS) + ((load<u32>(message, MESSAGE_WORDS) * which) << 3)
  );
}

/** Records that a member is null, absent or empty. */
export function note(frame: usize, message: usize, which: usize, member: u32): void {
  if (!load<u32>(frame, FRAME_NOTED)) {
    store<u32>(frame, 1, FRAME_NOTED);
    const sets = setOf(frame, message, NULL);
    // Zeroes in steps of 16 bytes, so it may also clear the first word of SEEN, which is unused.
    zero(sets, setOf(frame, message, SEEN) - sets);
  }
  const word = setOf(frame, message, which) + ((<usize>member >> 6) << 3);
  store<u64>(word, load<u64>(word) | ((<u64>1) << (member & 63)));
}

/**
 * Whether the payload of this arm is expected: the tag has selected it or comes later. The object
 * is then read as this arm.
 */
// @inline
export function isAwaited(state: usize, arm: usize): bool {
  if (load<u8>(state, STATE_DECIDED)) {
    return false;
  }
  if (load<u32>(state, STATE_TAG_ARM) === arm) {
    store<u8>(state, DECIDED, STATE_DECIDED);
  } else if (!mayGuess(state)) {
    return false;
  }
  store<u32>(state, arm, STATE_ARM);
  store<u8>(state, PAYLOAD_READ, STATE_PAYLOAD);
  return true;
}

/** Whether the arm can be guessed: the tag comes later, if at all. Notes the guess. */
export function mayGuess(state: usize): bool {
  if (!isGuessing || load<u8>(state, STATE_TAG_KIND) !== TAG_ABSENT) {
    return false;
  }
  store<u8>(state, GUESSED, STATE_DECIDED);
  setGuessed();
  return true;
}

/** Notes where the records of a member are; they may be empty. */
// @inline
export function notePiece(frame: usize, entry: usize, start: usize, end: usize): void {
  store<u64>(
    frame + load<u16>(entry, NAME_PIECE),
    ((<u64>start) << (PIECE_START << 3)) | ((<u64>end) << (PIECE_END << 3)),
  );
}

/**
 * Whether only missing members have to be checked at the end of an object: it has at most one
 * union, whose tag and payload were both read; and no member was recorded as null, absent or
 * empty.
 */
// @inline
export function isDone(frame: usize, message: usize): bool {
  return (
    load<u8>(frame, FRAME_STATES + STATE_PAYLOAD) === load<u8>(message, MESSAGE_DONE) &&
    load<u32>(frame, FRAME_STATES + STATE_TAG_ARM) === load<u32>(frame, FRAME_STATES + STATE_ARM) &&
    load<u32>(frame, FRAME_NOTED) === 0
  );
}

/** Takes a frame from the scratch stack. Returns 0 if there is no room. */
// @inline
export function beginFrame(from: usize, message: usize): usize {
  const frame = top;
  const size: usize = load<u32>(message, MESSAGE_FRAME);
  if (topLimit - frame < size) {
    return fail(SCRATCH_FULL, from);
  }
  setTop(frame + size);
  zero16(frame);
  zero16(frame + 16);
  zero16(frame + 32);
  if (load<u32>(message, MESSAGE_LARGE)) {
    // The message has several unions, or more members than a word has bits.
    zero(frame + FRAME_HEAD, size - FRAME_HEAD);
  }
  return frame;
}
