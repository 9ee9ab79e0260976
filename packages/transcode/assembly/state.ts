import { OUT_OF_MEMORY, SCRATCH_FULL } from "./codes";
import { SLACK, TABLE_MESSAGES } from "./layout";
import { zero } from "./vector";

// The state of one call. Every entry point sets all of it anew.

/** For each message type, how many bytes the length of the last one took. */
export let guesses: usize = 0;

/** The end of the input; a zero byte stands there. */
export let inputEnd: usize = 0;
/** Where the next byte of output goes. */
export let out: usize = 0;
/** Past this place the output must not grow without a check. */
export let outLimit: usize = 0;
/** The top of the scratch stack: frames of objects, records of members. */
export let top: usize = 0;
export let topLimit: usize = 0;
export let depth: u32 = 0;
export let maxDepth: u32 = 0;
/** The depth that is passed without a call: see `passShallow`. */
export let shallowDepth: u32 = 0;
/** Whether the nesting has passed the depth up to which no message nests too deep. */
export let isDeep: bool = false;
/**
 * Whether something of the binary was overwritten, or otherwise left unread, so that
 * the message has to be checked as a whole.
 */
export let isDoubtful: bool = false;
/** The violations that end the call, a bit for each code. */
export let refused: u32 = 0;

/** Why the call stopped, or zero. */
export let code: u32 = 0;
/** Where. */
export let codeAt: usize = 0;
/** The name that a missing member should have: a name of the table; 0 if it is of no use. */
export let missing: usize = 0;
/** The value does not fit its field, but may be kept verbatim. */
export let soft: bool = false;

/** White space was passed between tokens. */
export let spaced: bool = false;

export function setInputEnd(value: usize): void {
  inputEnd = value;
  setLimit();
}
export function setOut(value: usize): void {
  out = value;
}
export function setTop(value: usize): void {
  top = value;
}
export function setDepth(value: u32): void {
  depth = value;
}
export function setSpaced(value: bool): void {
  spaced = value;
}
export function setDeep(shallow: u32): void {
  isDeep = true;
  shallowDepth = shallow;
}
export function setDoubtful(): void {
  isDoubtful = true;
}

/**
 * Up to this depth of JSON, no message nests deeper than Protobuf's libraries read: a
 * level of JSON takes at most four messages.
 */
const SHALLOW_DEPTH: u32 = 24;

/** The message that is written as JSON; none, with an end of 0, while JSON is read. */
export let messageFrom: usize = 0;
export let messageEnd: usize = 0;

/** Begins a document. */
// @ts-ignore: decorator
@inline
export function beginDocument(from: usize, end: usize): void {
  messageFrom = from;
  messageEnd = end;
  depth = 0;
  shallowDepth = min(maxDepth, SHALLOW_DEPTH);
  isDeep = false;
  isDoubtful = false;
}

/** Begins a call. Scratch space is what lies between the input and the output. */
export function reset(
  end: usize,
  scratch: usize,
  output: usize,
  levels: u32,
  refusals: u32,
): void {
  inputEnd = end;
  guesses = scratch;
  // The guesses first, one for each message type.
  top = scratch + ((<usize>load<u32>(TABLE_MESSAGES) + 15) & ~15);
  zero(scratch, top - scratch);
  topLimit = output;
  out = output;
  setLimit();
  maxDepth = levels;
  refused = refusals;
  code = 0;
  codeAt = 0;
  missing = 0;
  soft = false;
  spaced = false;
}

function setLimit(): void {
  outLimit = (<usize>memory.size() << 16) - SLACK;
  aheadLimit = <isize>(outLimit - inputEnd) - ROOM;
}

/** Room for what one member takes beyond its text. */
const ROOM: isize = 128;

/**
 * While the output is no further ahead of the input than this, there is room for
 * a member and the rest of the input's text.
 */
export let aheadLimit: isize = 0;

/** Whether there is room for a member, and the text behind it, if the output so far ends at `to`. */
// @ts-ignore: decorator
@inline
export function hasRoom(to: usize, at: usize): bool {
  return <isize>(to - at) <= aheadLimit;
}

/** Stops the call. Returns 0, which every reader passes on. */
export function fail(reason: u32, at: usize): usize {
  code = reason;
  codeAt = at;
  soft = false;
  return 0;
}

/** Says which member is missing, of the violation that stops the call. */
export function setMissing(name: usize): void {
  missing = name;
}

/** The value does not fit: stops the call if that is refused, else the member is kept verbatim. */
export function misfit(reason: u32, at: usize): usize {
  code = reason;
  codeAt = at;
  soft = ((refused >> reason) & 1) == 0;
  return 0;
}

/** The value does not fit, which is tolerated, as was found out before. */
export function misfitBefore(): usize {
  soft = true;
  return 0;
}

/**
 * Goes back to where an element was begun that does not fit. What follows it may still
 * be what is refused; false if nothing is, or if the call has stopped.
 */
export function looksOn(scratch: usize, level: u32): bool {
  if (!soft || !refused) {
    return false;
  }
  soft = false;
  top = scratch;
  depth = level;
  return true;
}

/** Whether a violation is tolerated; if not, the call stops. */
export function tolerated(reason: u32, at: usize): bool {
  if ((refused >> reason) & 1) {
    fail(reason, at);
    return false;
  }
  return true;
}

/** Takes bytes from the scratch stack; 0 if there are not enough. */
export function take(size: usize): usize {
  const start = top;
  if (topLimit - start < size) {
    return fail(SCRATCH_FULL, 0);
  }
  top = start + size;
  return start;
}

/** Makes room for output. */
export function ensure(size: usize): bool {
  if (<isize>(outLimit - out) >= <isize>size) {
    return true;
  }
  return grow(size);
}

function grow(size: usize): bool {
  const needed = <i32>((size + 65535) >> 16) + 1;
  return growBy(max<i32>(needed, memory.size() >> 1), needed);
}

/** Half as much again each time, so that growing stays linear; if that is too much, what is needed. */
function growBy(pages: i32, needed: i32): bool {
  if (memory.grow(pages) >= 0) {
    setLimit();
    return true;
  }
  if (pages > needed) {
    return growBy(needed, needed);
  }
  fail(OUT_OF_MEMORY, 0);
  return false;
}
