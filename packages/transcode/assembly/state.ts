import { OUT_OF_MEMORY, SCRATCH_FULL } from "./codes";
import { MESSAGE_INDEX, SLACK, TABLE_MESSAGES } from "./layout";
import { zero } from "./vector";

/** The size of a page of memory in WebAssembly, as a power of two and in bytes. */
export const PAGE_SHIFT: usize = 16;
export const PAGE: usize = 65536;

// The state of one call. Every entry point resets all of it.

/**
 * For each message type: from JSON, the size of the length of its last message; to JSON, how many
 * of its messages could not be written in one pass.
 */
export let guesses: usize = 0;

/** The end of the input, where a zero byte is. */
export let inputEnd: usize = 0;
/** The end of the output so far. */
export let out: usize = 0;
/** The output must not grow past this address without a check. */
export let outLimit: usize = 0;
/** The top of the scratch stack: frames of objects, records of members. */
export let top: usize = 0;
export let topLimit: usize = 0;
export let depth: u32 = 0;
export let maxDepth: u32 = 0;
/** Up to this depth, `descend` needs no call: see `passShallow`. */
export let shallowDepth: u32 = 0;
/** Whether the JSON is nested so deep that its messages may be nested too deep. */
export let isDeep: bool = false;
/**
 * Whether part of the binary input was replaced or not converted, so that the whole message has
 * to be checked.
 */
export let isDoubtful: bool = false;
/** The violations that end the call, a bit for each code. */
export let refused: u32 = 0;

/** Why the call stopped, or zero. */
export let code: u32 = 0;
/** The offset of the violation. */
export let codeAt: usize = 0;
/** The table's name of the missing member; 0 if the violation has none. */
export let missing: usize = 0;
/** The value does not fit its field, but the mode allows it to be kept as text. */
export let soft: bool = false;

/** White space was skipped between tokens. */
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
 * Up to this depth of JSON, no message is nested deeper than Protobuf's libraries accept: a level
 * of JSON takes at most four messages.
 */
const SHALLOW_DEPTH: u32 = 24;

/** The message that is converted to JSON; the end is 0 while JSON is read. */
export let messageFrom: usize = 0;
export let messageEnd: usize = 0;

/**
 * Whether the arm of a union may be guessed if the payload comes before its tag, and whether one
 * was.
 */
export let isGuessing: bool = false;
let hasGuessed: bool = false;

export function setGuessed(): void {
  hasGuessed = true;
}

/**
 * After a document was refused: whether that may be due to a wrong guess. Then resets the state, to
 * read the document again without guesses. `output` and `scratch` are the values of `out` and
 * `top` at its start.
 */
export function beginsAgain(output: usize, scratch: usize): bool {
  if (!hasGuessed || code === SCRATCH_FULL || code === OUT_OF_MEMORY) {
    return false;
  }
  beginDocument(0, 0);
  isGuessing = false;
  out = output;
  top = scratch;
  clearFindings();
  return true;
}

/** Begins a document. */
// @inline
export function beginDocument(from: usize, end: usize): void {
  isGuessing = true;
  hasGuessed = false;
  messageFrom = from;
  messageEnd = end;
  depth = 0;
  shallowDepth = min(maxDepth, SHALLOW_DEPTH);
  plainDepth = shallowDepth;
  isDeep = false;
  isDoubtful = false;
  hasOdd = false;
}

/** Up to this depth, messages are written in one pass. */
export let plainDepth: u32 = 0;
/** Whether any message could not be written in one pass: see `noteOdd`. */
export let hasOdd: bool = false;

/** After so many messages of a type that could not be written in one pass, no more are tried. */
const ODD_LIMIT: u8 = 4;

/**
 * Notes that a message could not be written in one pass, so that its attempt was in vain. Without a
 * limit, the costs of these attempts would double with each level.
 */
export function noteOdd(index: u32): void {
  if (!hasOdd) {
    hasOdd = true;
    zero(guesses, guessesSize());
  }
  const place = guesses + index;
  const count = load<u8>(place);
  if (count < ODD_LIMIT) {
    store<u8>(place, count + 1);
  }
}

/** Whether to try to write a message of this type in one pass. */
export function isLikelyPlain(index: u32): bool {
  return load<u8>(guesses + index) < ODD_LIMIT;
}

// @inline
function guessesSize(): usize {
  return (<usize>load<u32>(TABLE_MESSAGES) + 15) & ~15;
}

/** The low bits of a guess from JSON hold a size; the others, the stamp of the call. */
export const SIZE_BITS: u32 = 7;
const STAMP_STEP: u32 = SIZE_BITS + 1;
const LAST_STAMP: u32 = 0xff & ~SIZE_BITS;

/** Guesses with another stamp are from another call: so not every call has to clear all of them. */
export let stamp: u32 = LAST_STAMP;

/** Forgets all sizes of lengths. */
export function forgetSizes(): void {
  if (stamp === LAST_STAMP) {
    zero(guesses, guessesSize());
    stamp = 0;
  }
  stamp += STAMP_STEP;
}

/** Notes the size of the length of a message. */
// @inline
export function noteSize(message: usize, size: usize): void {
  store<u8>(guesses + load<u32>(message, MESSAGE_INDEX), stamp | <u32>size);
}

/** Begins a call. The scratch space is the memory between the input and the output. */
export function reset(end: usize, scratch: usize, output: usize, levels: u32, refusals: u32): void {
  inputEnd = end;
  if (guesses !== scratch) {
    guesses = scratch;
    stamp = LAST_STAMP;
  }
  // The scratch space begins with the guesses, one byte for each message type.
  top = scratch + guessesSize();
  topLimit = output;
  out = output;
  setLimit();
  hasOdd = false;
  maxDepth = levels;
  refused = refusals;
  clearFindings();
}

/** Forgets what the last document, or the last attempt, was refused for or tolerated in. */
// @inline
function clearFindings(): void {
  code = 0;
  codeAt = 0;
  missing = 0;
  soft = false;
  spaced = false;
}

function setLimit(): void {
  outLimit = ((<usize>memory.size()) << PAGE_SHIFT) - SLACK;
  aheadLimit = <isize>(outLimit - inputEnd) - ROOM;
}

/** The bytes of output that one member takes in addition to its text. */
const ROOM: isize = 128;

/**
 * As long as the output is no further ahead of the input than this, a member and the rest of the
 * input's text have room.
 */
export let aheadLimit: isize = 0;

/** Whether a member and the text after it have room if the output ends at `to`. */
// @inline
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

/** Sets which member is missing, for the violation that stops the call. */
export function setMissing(name: usize): void {
  missing = name;
}

/**
 * The value does not fit: stops the call if that is refused; otherwise the member is kept as
 * text.
 */
export function misfit(reason: u32, at: usize): usize {
  code = reason;
  codeAt = at;
  soft = ((refused >> reason) & 1) === 0;
  return 0;
}

/** Like `misfit`, for a value that was already found not to fit, and tolerated. */
export function misfitBefore(): usize {
  soft = true;
  return 0;
}

/**
 * Resets the state to the start of an element that does not fit, to search the rest for
 * violations: even if the mode refuses none, an inline union without an arm is refused. Returns
 * false if the call has stopped.
 */
export function looksOn(scratch: usize, level: u32): bool {
  if (!soft) {
    return false;
  }
  soft = false;
  top = scratch;
  depth = level;
  return true;
}

/** Whether a violation is tolerated. If not, the call stops. */
export function tolerated(reason: u32, at: usize): bool {
  if ((refused >> reason) & 1) {
    fail(reason, at);
    return false;
  }
  return true;
}

/** Takes bytes from the scratch stack. Returns 0 if there are not enough. */
export function take(size: usize): usize {
  const start = top;
  if (topLimit - start < size) {
    return fail(SCRATCH_FULL, 0);
  }
  top = start + size;
  return start;
}

/** Room for a number, a word or punctuation. */
export const SHORT_ROOM: usize = 64;
/** Room for what a value takes in addition to its text: tags, lengths and a number. */
export const VALUE_ROOM: usize = 128;

/** Makes room for `size` bytes of output. */
export function ensure(size: usize): bool {
  if (<isize>(outLimit - out) >= <isize>size) {
    return true;
  }
  return grow(size);
}

function grow(size: usize): bool {
  const needed = <i32>((size + PAGE - 1) >> PAGE_SHIFT) + 1;
  return growBy(max<i32>(needed, memory.size() >> 1), needed);
}

/**
 * Grows by half each time, so that the total cost stays linear; if that much is not available, by
 * what is needed.
 */
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
