import { OUT_OF_MEMORY, SCRATCH_FULL } from "./codes";
import {
  EVENT_MESSAGE,
  EVENT_SIZE,
  PART_POINTER,
  PART_POINTER_LENGTH,
  TABLE_EVENT_COUNT,
  TABLE_EVENTS,
} from "./event-layout";
import { PADDING, TABLE_ROOT } from "./layout";
import { code, fail, out, reset, setOut } from "./state";
import { zero } from "./vector";

// The state of a call that converts events.

/** What the table says about the selected message as an event. */
export let event: usize = 0;
let scratch: usize = 0;
/** The space for documents of single events, between the scratch space and the output. */
let space: usize = 0;
let spaceEnd: usize = 0;
export let spaceTop: usize = 0;
/** The size of the space that the call needs, if it is larger than it has. */
export let neededSpace: usize = 0;
export let maxDepth: u32 = 0;
export let refused: u32 = 0;

/** Finds the selected message among the event messages. Returns false if it is not one. */
export function findEvent(): bool {
  const root = load<u32>(TABLE_ROOT);
  let record: usize = load<u32>(TABLE_EVENTS);
  for (let rest = load<u32>(TABLE_EVENT_COUNT); rest > 0; rest--) {
    if (load<u32>(record, EVENT_MESSAGE) === root) {
      event = record;
      return true;
    }
    record += EVENT_SIZE;
  }
  return false;
}

/** Begins a call. The output follows the space for documents. */
export function beginCall(
  scratchPlace: usize,
  spacePlace: usize,
  output: usize,
  levels: u32,
  refusals: u32,
): void {
  scratch = scratchPlace;
  space = spacePlace;
  spaceEnd = output;
  neededSpace = 0;
  maxDepth = levels;
  refused = refusals;
  pointerAt = 0;
  pointerSize = 0;
  isFatal = false;
  setOut(output);
}

/** Begins to convert an event, or begins again: forgets why it was refused before. */
export function beginEvent(inputEnd: usize): void {
  beginWith(inputEnd, refused);
}

/** Likewise, with other codes that are refused. */
export function beginWith(inputEnd: usize, refusals: u32): void {
  const output = out;
  reset(inputEnd, scratch, space, maxDepth, refusals);
  setOut(output);
}

/** Empties the space for documents. */
export function freeSpace(): void {
  spaceTop = space;
}

/** Frees the space for documents from here on. */
export function setSpace(place: usize): void {
  spaceTop = place;
}

/**
 * Takes `size` bytes of the space for documents, with one byte before and zeros behind them. Returns
 * 0 if there are not enough.
 */
export function takeSpace(size: usize): usize {
  const place = (spaceTop + 16) & ~15;
  const end = place + size;
  if (end + PADDING > spaceEnd) {
    neededSpace = end + PADDING - space;
    return fail(SCRATCH_FULL, 0);
  }
  zero(end, PADDING);
  spaceTop = end + PADDING;
  return place;
}

/** Whether the call has stopped for lack of room. */
export function isWithoutRoom(): bool {
  return code === SCRATCH_FULL || code === OUT_OF_MEMORY;
}

/** How many bytes behind the output are zero. */
export const OUTPUT_BLOCK: usize = 64;

// Why an event was refused.

/** The offset of a violation that is outside of the payload. */
export const NOWHERE: u32 = 0xffffffff;

export let refusalAt: u32 = NOWHERE;
export let pointerAt: usize = 0;
export let pointerSize: usize = 0;
/** Whether the stream cannot be continued. */
export let isFatal: bool = false;

/**
 * Refuses an event.
 *
 * @param reason the code
 * @param at the offset in the payload
 * @param part the member of the document that the violation is in, or 0
 */
export function refuse(reason: u32, at: u32, part: usize): bool {
  fail(reason, 0);
  refusalAt = at;
  pointerAt = part ? load<u32>(part, PART_POINTER) : 0;
  pointerSize = part ? load<u32>(part, PART_POINTER_LENGTH) : 0;
  return false;
}

/** Sets the reason that was found in a document. The pointer is in memory. */
export function refuseAt(reason: u32, at: u32, pointer: usize, size: usize): bool {
  fail(reason, 0);
  refusalAt = at;
  pointerAt = pointer;
  pointerSize = size;
  return false;
}

/** The stream cannot be continued after the event that was refused. */
export function setFatal(): bool {
  isFatal = true;
  return false;
}
