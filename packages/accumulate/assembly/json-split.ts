import { countUnits, Entry, newText, Text } from "./base";
import { JsonText } from "./json-node";
import { OrderedMap } from "./ordered-map";
import { parseJsonString } from "./quote";

const QUOTE: u8 = 0x22;
const BACKSLASH: u8 = 0x5c;
const COMMA: u8 = 0x2c;
const COLON: u8 = 0x3a;
const OPEN_BRACE: u8 = 0x7b;
const CLOSE_BRACE: u8 = 0x7d;
const OPEN_BRACKET: u8 = 0x5b;
const CLOSE_BRACKET: u8 = 0x5d;

/** The byte at an address; 0 at the end. */
// @inline
function at(place: usize, end: usize): u8 {
  return place < end ? load<u8>(place) : 0;
}

function skipSpace(place: usize, end: usize): usize {
  while (place < end) {
    const byte = load<u8>(place);
    if (byte > 0x20 || (byte !== 0x20 && byte !== 10 && byte !== 13 && byte !== 9)) {
      break;
    }
    place++;
  }
  return place;
}

/** Returns the end of the JSON value at an address; 0 if there is none. */
export function valueEnd(start: usize, end: usize): usize {
  switch (at(start, end)) {
    case QUOTE:
      return stringEnd(start, end);
    case OPEN_BRACE:
    case OPEN_BRACKET:
      return containerEnd(start, end);
    default:
      return scalarEnd(start, end);
  }
}

function stringEnd(start: usize, end: usize): usize {
  for (let place = start + 1; place < end; place++) {
    const byte = load<u8>(place);
    if (byte === BACKSLASH) {
      place++;
    } else if (byte === QUOTE) {
      return place + 1;
    }
  }
  return 0;
}

function containerEnd(start: usize, end: usize): usize {
  let depth = 0;
  for (let place = start; place < end; place++) {
    switch (load<u8>(place)) {
      case QUOTE: {
        const after = stringEnd(place, end);
        if (after === 0) {
          return 0;
        }
        place = after - 1;
        break;
      }
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth++;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth--;
        if (depth === 0) {
          return place + 1;
        }
        break;
      default:
        break;
    }
  }
  return 0;
}

function scalarEnd(start: usize, end: usize): usize {
  let place = start;
  while (place < end && isScalar(load<u8>(place))) {
    place++;
  }
  return place === start ? 0 : place;
}

function isScalar(byte: u8): bool {
  const lower = byte | 0x20;
  return (
    (byte >= 0x30 && byte <= 0x39) ||
    (lower >= 0x61 && lower <= 0x7a) ||
    byte === 0x2d ||
    byte === 0x2b ||
    byte === 0x2e ||
    byte === 0x5f
  );
}

function textBetween(start: usize, end: usize): Text {
  const length = <i32>(end - start);
  return newText(start, length, countUnits(start, length));
}

/**
 * Returns the members of a JSON object, each with a `JsonText`; null if the text is not an object or
 * has two members of the same name. Values are not checked.
 */
export function splitJsonObject(text: Text): Entry[] | null {
  const end = text.start + text.length;
  let place = skipSpace(text.start, end);
  if (at(place, end) !== OPEN_BRACE) {
    return null;
  }
  const entries = new Array<Entry>(0);
  let names = OrderedMap.empty();
  place = skipSpace(place + 1, end);
  let more = at(place, end) !== CLOSE_BRACE;
  while (more) {
    const nameEnd = at(place, end) === QUOTE ? stringEnd(place, end) : 0;
    const name: Text | null = nameEnd === 0 ? null : parseJsonString(place, <i32>(nameEnd - place));
    if (name === null || names.getText(name) !== null) {
      return null;
    }
    place = skipSpace(nameEnd, end);
    if (at(place, end) !== COLON) {
      return null;
    }
    const start = skipSpace(place + 1, end);
    const after = valueEnd(start, end);
    if (after === 0) {
      return null;
    }
    const value = new JsonText(textBetween(start, after));
    names = names.set(name, value);
    entries.push(new Entry(name, value));
    place = skipSpace(after, end);
    more = at(place, end) === COMMA;
    if (more) {
      place = skipSpace(place + 1, end);
    }
  }
  const isClosed = at(place, end) === CLOSE_BRACE;
  return isClosed && skipSpace(place + 1, end) === end ? entries : null;
}

/** Returns the text of each element of a JSON array; null if the text is not an array. */
export function splitJsonArray(text: Text): Text[] | null {
  const end = text.start + text.length;
  let place = skipSpace(text.start, end);
  if (at(place, end) !== OPEN_BRACKET) {
    return null;
  }
  const elements = new Array<Text>(0);
  place = skipSpace(place + 1, end);
  let more = at(place, end) !== CLOSE_BRACKET;
  while (more) {
    const after = valueEnd(place, end);
    if (after === 0) {
      return null;
    }
    elements.push(textBetween(place, after));
    place = skipSpace(after, end);
    more = at(place, end) === COMMA;
    if (more) {
      place = skipSpace(place + 1, end);
    }
  }
  const isClosed = at(place, end) === CLOSE_BRACKET;
  return isClosed && skipSpace(place + 1, end) === end ? elements : null;
}
