/*
 * The state of merging one event: the limits, the place, the size, and why the event is refused.
 * A refusal does not stop the merging, whose result is then not used.
 */

import { appendText, countUnits, isSameBytes, newText, Text, textOf } from "./base";
import { OBJECT_ENDED, TOO_LARGE, TOO_MANY_ELEMENTS, TOO_MANY_MEMBERS } from "./codes";

export * from "./codes";

export let maxObjects: i64 = 0;
export let maxElements: i64 = 0;
export let maxMembers: i64 = 0;
export let maxIndexGap: i64 = 0;
export let maxSize: i64 = 0;
export let maxTextLength: i64 = 0;
let setNames: Text[] = [];

const DEFAULT_SET_NAMES =
  "at\nfingerprint\nformat\nid\nindex\nkind\nlabel\nlanguage\nmodel\nname\nobject\nrole\nstatus\ntier\ntype\nversion\n";

export function resetLimits(): void {
  maxObjects = 1024;
  maxElements = 4096;
  maxMembers = 128 * 1024;
  maxIndexGap = 64;
  maxSize = 64 * 1024 * 1024;
  maxTextLength = 1024 * 1024;
  const names = textOf(DEFAULT_SET_NAMES);
  readSetNames(names.start, names.length);
}

/** Sets a limit. Returns false if there is no such limit, or the value is too small. */
export function changeLimit(which: u32, value: u32): bool {
  if (which > 5 || (value === 0 && which !== 3)) {
    return false;
  }
  switch (which) {
    case 0:
      maxObjects = value;
      break;
    case 1:
      maxElements = value;
      break;
    case 2:
      maxMembers = value;
      break;
    case 3:
      maxIndexGap = value;
      break;
    case 4:
      maxSize = value;
      break;
    default:
      maxTextLength = value;
  }
  return true;
}

/** Reads names that each end with a line feed. */
export function readSetNames(start: usize, size: i32): void {
  setNames = [];
  let from = start;
  for (let place = start, end = start + size; place < end; place++) {
    if (load<u8>(place) === 10) {
      const length = <i32>(place - from);
      setNames.push(newText(from, length, countUnits(from, length)));
      from = place + 1;
    }
  }
}

/** Returns whether the text of a member with this name replaces the previous text. */
export function isSetName(name: Text): bool {
  return isNamed(name.start, name.length) || isNamedInLower(name);
}

function isNamed(start: usize, length: i32): bool {
  for (let index = 0; index < setNames.length; index++) {
    const name = setNames[index];
    if (isSameBytes(name.start, name.length, start, length)) {
      return true;
    }
  }
  return false;
}

/** Compares the last word of a name, in lower case. */
function isNamedInLower(name: Text): bool {
  let start = name.length;
  while (start > 0) {
    const byte = load<u8>(name.start + start - 1);
    if (byte === 0x5f || byte === 0x2d) {
      break;
    }
    start--;
    if (byte >= 0x41 && byte <= 0x5a) {
      break;
    }
  }
  const length = name.length - start;
  for (let index = 0; index < setNames.length; index++) {
    const other = setNames[index];
    if (other.length !== length) {
      continue;
    }
    let isSame = true;
    for (let offset = 0; offset < length && isSame; offset++) {
      const byte = load<u8>(name.start + start + offset);
      const lower = byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte;
      isSame = lower === load<u8>(other.start + offset);
    }
    if (isSame) {
      return true;
    }
  }
  return false;
}

/** The code of the refusal; 0 if the event is not refused. */
export let refusal: u32 = 0;
export let refusedPointer: Text = newText(0, 0, 0);
export let refusedExpected: Text = newText(0, 0, 0);
export let refusedFound: Text = newText(0, 0, 0);

/** The size of all objects. */
export let size: i64 = 0;
/** The difference in size between the new and the old parts that were replaced. */
export let replaced: i64 = 0;
let hasEnded: bool = false;

/** Names and indexes of the place: address and size of a name, or 0 and the index. */
const MAXIMUM_DEPTH = 1024;
const steps = new StaticArray<usize>(2 * MAXIMUM_DEPTH);
let depth: i32 = 0;

export function startEvent(): void {
  refusal = 0;
}

/** Starts a change of an object. */
export function startChange(sizeBefore: i64, objectHasEnded: bool): void {
  size = sizeBefore;
  replaced = 0;
  hasEnded = objectHasEnded;
  depth = 0;
}

export function pushName(start: usize, length: i32): void {
  if (depth < MAXIMUM_DEPTH) {
    steps[2 * depth] = start;
    steps[2 * depth + 1] = length;
  }
  depth++;
}

export function pushIndex(index: i64): void {
  if (index >= 0 && index < 0x100000000) {
    pushName(0, <i32>index);
  } else {
    // The text is not freed before the end of the call.
    const text = textOf(index.toString());
    pushName(text.start, text.length);
  }
}

export function pop(): void {
  depth--;
}

/** The name at the end of the place. */
export function lastName(): Text {
  const start = steps[2 * depth - 2];
  const length = <i32>steps[2 * depth - 1];
  return newText(start, length, countUnits(start, length));
}

/** Adds to the size; a negative number subtracts. */
export function grow(amount: i64): void {
  size += amount;
  if (size > maxSize) {
    refuseNumber(TOO_LARGE, "at most ", maxSize, " in all", "", size);
  }
}

/** Records that a part was replaced. */
export function recordReplaced(sizeBefore: i64, sizeAfter: i64): void {
  replaced += max<i64>(0, sizeAfter - sizeBefore);
}

/** Refuses to change a value or append text if the object has ended. */
export function refuseChange(expected: string, found: string): void {
  if (hasEnded) {
    refuse(OBJECT_ENDED, expected, found);
  }
}

/** Switches `refuseChange` off or on. Returns whether it was on. */
export function setEnded(ended: bool): bool {
  const before = hasEnded;
  hasEnded = ended;
  return before;
}

export function requireMembers(count: i64): void {
  if (count > maxMembers) {
    refuseNumber(TOO_MANY_MEMBERS, "at most ", maxMembers, " members", "", count);
  }
}

export function requireElements(index: i64): void {
  if (index >= maxElements) {
    refuseNumber(TOO_MANY_ELEMENTS, "at most ", maxElements, " elements", "index ", index);
  }
}

/** Refuses a text that is longer than `maxTextLength` and would have to be merged. */
export function requireTextLength(length: i64): void {
  if (length > maxTextLength) {
    refuseNumber(TOO_LARGE, "at most ", maxTextLength, " to merge as JSON text", "", length);
  }
}

export function refuseNumber(
  code: u32,
  before: string,
  limit: i64,
  after: string,
  unit: string,
  found: i64,
): void {
  if (refusal === 0) {
    refuse(code, before + limit.toString() + after, unit + found.toString());
  }
}

export function refuse(code: u32, expected: string, found: string): void {
  if (refusal === 0) {
    refuseTexts(code, textOf(expected), textOf(found));
  }
}

/** Refuses the event, unless it is refused already. */
export function refuseTexts(code: u32, expected: Text, found: Text): void {
  if (refusal !== 0) {
    return;
  }
  refusal = code;
  refusedExpected = expected;
  refusedFound = found;
  refusedPointer = formatPointer();
}

const EXCERPT_UNITS = 40;

/** Returns the first 40 UTF-16 code units of a text, with U+FFFD for each lone surrogate. */
export function excerpt(text: Text): Text {
  let units = 0;
  let place = text.start;
  let excerpt = newText(0, 0, 0);
  for (const end = place + text.length; place < end && units < EXCERPT_UNITS; ) {
    const byte = load<u8>(place);
    const size = byte < 0x80 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
    const isLone = byte === 0xed && load<u8>(place, 1) >= 0xa0;
    units += size === 4 ? 2 : 1;
    excerpt =
      isLone || units > EXCERPT_UNITS
        ? appendText(excerpt, changetype<usize>(REPLACEMENT), 3, 1)
        : appendText(excerpt, place, size, size === 4 ? 2 : 1);
    place += size;
  }
  return excerpt;
}

/** U+FFFD. */
const REPLACEMENT: StaticArray<u8> = [0xef, 0xbf, 0xbd];

function formatPointer(): Text {
  let size = 0;
  const count = min(depth, MAXIMUM_DEPTH);
  for (let index = 0; index < count; index++) {
    size += steps[2 * index] === 0 ? 12 : 1 + 2 * <i32>steps[2 * index + 1];
  }
  const buffer = new StaticArray<u8>(size);
  const start = changetype<usize>(buffer);
  let place = start;
  for (let index = 0; index < count; index++) {
    store<u8>(place++, 0x2f);
    const name = steps[2 * index];
    place =
      name === 0
        ? writeDecimal(place, <u32>steps[2 * index + 1])
        : writeName(place, name, <i32>steps[2 * index + 1]);
  }
  const length = <i32>(place - start);
  return newText(start, length, countUnits(start, length));
}

function writeDecimal(place: usize, number: u32): usize {
  const text = number.toString();
  for (let index = 0; index < text.length; index++) {
    store<u8>(place++, <u8>text.charCodeAt(index));
  }
  return place;
}

function writeName(place: usize, start: usize, length: i32): usize {
  for (let from = start, end = start + length; from < end; from++) {
    const byte = load<u8>(from);
    if (byte === 0x7e || byte === 0x2f) {
      store<u8>(place++, 0x7e);
      store<u8>(place++, byte === 0x7e ? 0x30 : 0x31);
    } else if (byte === 0xed && from + 2 < end && load<u8>(from, 1) >= 0xa0) {
      // A lone surrogate becomes U+FFFD.
      store<u8>(place++, 0xef);
      store<u8>(place++, 0xbf);
      store<u8>(place++, 0xbd);
      from += 2;
    } else {
      store<u8>(place++, byte);
    }
  }
  return place;
}
