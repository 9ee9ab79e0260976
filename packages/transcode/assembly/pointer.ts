import { BACKSLASH, DIGIT_0, SLASH, SLASH_ESCAPE, TILDE, TILDE_ESCAPE } from "./characters";
import { escapeLength, LONE, readEscape, writeCodePoint } from "./escape";
import { NAME_LENGTH, NAME_TEXT } from "./layout";
import { ensure, guesses, out, SHORT_ROOM, setOut, topLimit } from "./state";
import { MARK } from "./tokens";

// The current position in a JSON text, as a stack of the arrays and objects around it, and its
// JSON Pointer (RFC 6901).

// A level: its start, its kind, and the name or index of the current member or element.
const LEVEL_SIZE: usize = 16;
const LEVEL_START: usize = 0;
const LEVEL_IS_ARRAY: usize = 4;
/** The first byte of the name, or the index. */
const LEVEL_KEY: usize = 8;
/**
 * Offset of the name's closing quote, with `MARK` if it has escapes; not 0 for an index. 0
 * between members or elements.
 */
const LEVEL_KEY_END: usize = 12;

const REPLACEMENT: u32 = 0xfffd;

/** The end of the topmost level. Levels are in the scratch space. */
let levels: usize = 0;

/** Empties the stack: the position is the document itself. */
export function resetLevels(): void {
  levels = guesses;
}

export function levelCount(): u32 {
  return <u32>((levels - guesses) / LEVEL_SIZE);
}

/** Enters an array or object. Returns false if there is no room. */
export function pushLevel(start: usize, isArray: bool): bool {
  if (topLimit - levels < LEVEL_SIZE) {
    return false;
  }
  store<u32>(levels, start, LEVEL_START);
  store<u32>(levels, isArray, LEVEL_IS_ARRAY);
  store<u32>(levels, 0, LEVEL_KEY);
  store<u32>(levels, 0, LEVEL_KEY_END);
  levels += LEVEL_SIZE;
  return true;
}

export function popLevel(): void {
  levels -= LEVEL_SIZE;
}

export function levelStart(): usize {
  return load<u32>(levels - LEVEL_SIZE, LEVEL_START);
}

export function isInArray(): bool {
  return load<u32>(levels - LEVEL_SIZE, LEVEL_IS_ARRAY) !== 0;
}

/** Sets the name of the current member; an end of 0 means none. */
export function setName(from: usize, end: u32): void {
  store<u32>(levels - LEVEL_SIZE, from, LEVEL_KEY);
  store<u32>(levels - LEVEL_SIZE, end, LEVEL_KEY_END);
}

/** Moves to the first element or to the next one. */
export function nextElement(isFirst: bool): void {
  const level = levels - LEVEL_SIZE;
  store<u32>(level, isFirst ? 0 : load<u32>(level, LEVEL_KEY) + 1, LEVEL_KEY);
  store<u32>(level, 1, LEVEL_KEY_END);
}

/** Leaves the current member or element. */
export function leaveKey(): void {
  store<u32>(levels - LEVEL_SIZE, 0, LEVEL_KEY_END);
}

/** Whether the current member has this name of the table. */
export function isNamed(name: usize): bool {
  const level = levels - LEVEL_SIZE;
  const end = load<u32>(level, LEVEL_KEY_END);
  const length = load<u32>(name, NAME_LENGTH) - 2;
  let known = <usize>load<u32>(name, NAME_TEXT) + 1;
  const knownEnd = known + length;
  let at: usize = load<u32>(level, LEVEL_KEY);
  while (at < <usize>(end & ~MARK) && known < knownEnd) {
    let byte: u32 = load<u8>(at);
    let size: usize = 1;
    if (byte === BACKSLASH) {
      byte = readEscape(at);
      size = escapeLength;
    }
    // Names of the schema are compared as ASCII.
    if (byte !== load<u8>(known)) {
      return false;
    }
    at += size;
    known++;
  }
  return at === <usize>(end & ~MARK) && known === knownEnd;
}

/** Writes the pointer to the current position. Returns false if there is no room. */
export function writePointer(): bool {
  for (let level = guesses; level < levels; level += LEVEL_SIZE) {
    const key: usize = load<u32>(level, LEVEL_KEY);
    const end = load<u32>(level, LEVEL_KEY_END);
    if (end === 0) {
      continue;
    }
    const done = load<u32>(level, LEVEL_IS_ARRAY)
      ? writeIndex(key)
      : writeSegment(key, end & ~MARK, (end & MARK) !== 0);
    if (!done) {
      return false;
    }
  }
  return true;
}

/** Appends the name of a missing member, which is a name of the table. */
export function writeMissing(name: usize): bool {
  const text: usize = load<u32>(name, NAME_TEXT);
  return writeSegment(text + 1, text + load<u32>(name, NAME_LENGTH) - 1, false);
}

function writeIndex(index: usize): bool {
  if (!ensure(SHORT_ROOM)) {
    return false;
  }
  let divisor: usize = 1;
  while (index / divisor >= 10) divisor *= 10;
  store<u8>(out, SLASH);
  setOut(out + 1);
  for (; divisor > 0; divisor /= 10) {
    store<u8>(out, DIGIT_0 + ((index / divisor) % 10));
    setOut(out + 1);
  }
  return true;
}

/** Writes a name: `~` and `/` are escaped, and lone surrogates are replaced. */
function writeSegment(from: usize, end: usize, escaped: bool): bool {
  if (!ensure((end - from) * 2 + SHORT_ROOM)) {
    return false;
  }
  let to = out;
  store<u8>(to++, SLASH);
  for (let at = from; at < end; ) {
    let point: u32 = load<u8>(at);
    let size: usize = 1;
    if (escaped && point === BACKSLASH) {
      point = readEscape(at);
      size = escapeLength;
      to =
        point === TILDE || point === SLASH
          ? writeEscaped(to, point)
          : writeCodePoint(to, point & LONE ? REPLACEMENT : point);
    } else if (point === TILDE || point === SLASH) {
      to = writeEscaped(to, point);
    } else {
      store<u8>(to++, point);
    }
    at += size;
  }
  setOut(to);
  return true;
}

function writeEscaped(to: usize, point: u32): usize {
  store<u16>(to, point === TILDE ? TILDE_ESCAPE : SLASH_ESCAPE);
  return to + 2;
}
