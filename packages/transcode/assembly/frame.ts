import { SCRATCH_FULL } from "./codes";
import { MESSAGE_FRAME, MESSAGE_ONE_UNION, MESSAGE_PLAIN, MESSAGE_WORDS } from "./layout";
import { fail, setTop, top, topLimit } from "./state";
import { zero } from "./vector";

// What is known of one JSON object while it is read: a frame on the scratch
// stack. Sets of members are bits, 64 in a word. Behind the frame, a record for
// each member that is kept as text.

/** Whether any member is noted as null, absent or empty. */
export const FRAME_NOTED: usize = 0;
/** Where the length of the message goes, and how many bytes were left for it. */
export const FRAME_START: usize = 4;
export const FRAME_LENGTH_SIZE: usize = 8;
/** Whether fields may stand in another order than that of their numbers. */
export const FRAME_DISORDERED: usize = 12;
/** Behind the sets, which are zeroed when the first is used, the states of the unions. */
export const FRAME_SETS: usize = 16;

// Of a union.
export const STATE_SIZE: usize = 32;
/** The tag's text, while none was seen 0. */
export const STATE_TAG: usize = 0;
export const STATE_TAG_END: usize = 4;
/** The arm that the tag names, if it names one. */
export const STATE_TAG_ARM: usize = 8;
/** The arm that the object is read as: known once its payload is read. */
export const STATE_ARM: usize = 12;
export const STATE_TAG_KIND: usize = 16;
export const STATE_PAYLOAD: usize = 17;
export const STATE_DECIDED: usize = 18;
/** The payload of an arm for anything else. */
export const STATE_CONTENT: usize = 20;
export const STATE_CONTENT_END: usize = 24;

export const TAG_ABSENT: u8 = 0;
export const TAG_ARM: u8 = 1;
export const TAG_UNKNOWN: u8 = 2;
export const TAG_LONE: u8 = 3;
export const TAG_NO_STRING: u8 = 4;

export const PAYLOAD_ABSENT: u8 = 0;
export const PAYLOAD_READ: u8 = 1;
export const PAYLOAD_KEPT: u8 = 2;

// A member that is kept as text; an end of 0 stands for an empty text.
export const RECORD_SIZE: usize = 16;
export const RECORD_NAME: usize = 0;
export const RECORD_NAME_END: usize = 4;
export const RECORD_TEXT: usize = 8;
export const RECORD_TEXT_END: usize = 12;

/** Which set of members. */
export const NULL: usize = 0;
export const ABSENT: usize = 1;
export const EMPTY: usize = 2;
/** Its first word is kept in a register while the object is read. */
export const SEEN: usize = 3;

export function setOf(frame: usize, message: usize, which: usize): usize {
  return frame + FRAME_SETS + ((load<u32>(message, MESSAGE_WORDS) * which) << 3);
}

export function statesOf(frame: usize, message: usize): usize {
  return frame + FRAME_SETS + (<usize>load<u32>(message, MESSAGE_WORDS) << 5);
}

/** Notes a member as null, absent or empty. */
export function note(frame: usize, message: usize, which: usize, member: u32): void {
  if (!load<u32>(frame, FRAME_NOTED)) {
    store<u32>(frame, 1, FRAME_NOTED);
    const sets = setOf(frame, message, NULL);
    // In steps of 16 bytes, so perhaps the first word of SEEN too.
    zero(sets, setOf(frame, message, SEEN) - sets);
  }
  const word = setOf(frame, message, which) + ((<usize>member >> 6) << 3);
  store<u64>(word, load<u64>(word) | (<u64>1 << (member & 63)));
}

/** Whether the tag has asked for this arm, which then is what the object is read as. */
// @ts-ignore: decorator
@inline
export function isAwaited(state: usize, arm: usize): bool {
  if (load<u32>(state, STATE_TAG_ARM) != arm || load<u8>(state, STATE_DECIDED)) {
    return false;
  }
  store<u32>(state, arm, STATE_ARM);
  store<u8>(state, PAYLOAD_READ, STATE_PAYLOAD);
  store<u8>(state, 1, STATE_DECIDED);
  return true;
}

/** Whether the message has one union, of which the tag and its payload were there. */
// @ts-ignore: decorator
@inline
export function isUnionDone(frame: usize, message: usize): bool {
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
export function beginFrame(from: usize, message: usize): usize {
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
