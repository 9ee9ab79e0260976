/*
 * Splits JSON text without parsing its values, so that numbers and escapes keep their
 * spelling.
 */

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * Returns the offset at which the JSON value ends that starts at `start`; undefined if there
 * is none. The content of the value is not checked: if it is valid, the end is right, and
 * trailing text is never taken for a part of the value.
 */
export function jsonValueEnd(text: string, start: number): number | undefined {
  switch (text.charCodeAt(start)) {
    case QUOTE:
      return stringEnd(text, start);
    case OPEN_BRACE:
    case OPEN_BRACKET:
      return containerEnd(text, start);
    default:
      return scalarEnd(text, start);
  }
}

/**
 * Returns the members of a JSON object, each with the text of its value; undefined if the
 * text is not an object or has two members of the same name. Values are not checked.
 */
export function splitJsonObject(text: string): Map<string, string> | undefined {
  const members = new Map<string, string>();
  let position = skipSpace(text, 0);
  if (text.charCodeAt(position) !== OPEN_BRACE) {
    return undefined;
  }
  position = skipSpace(text, position + 1);
  let more = text.charCodeAt(position) !== CLOSE_BRACE;
  while (more) {
    const member = readMember(text, position);
    if (member === undefined || members.has(member.name)) {
      return undefined;
    }
    members.set(member.name, member.value);
    position = skipSpace(text, member.end);
    more = text.charCodeAt(position) === COMMA;
    if (more) {
      position = skipSpace(text, position + 1);
    }
  }
  const closed = text.charCodeAt(position) === CLOSE_BRACE;
  return closed && skipSpace(text, position + 1) === text.length ? members : undefined;
}

/** Returns the text of each element of a JSON array; undefined if the text is not an array. */
export function splitJsonArray(text: string): string[] | undefined {
  const elements: string[] = [];
  let position = skipSpace(text, 0);
  if (text.charCodeAt(position) !== OPEN_BRACKET) {
    return undefined;
  }
  position = skipSpace(text, position + 1);
  let more = text.charCodeAt(position) !== CLOSE_BRACKET;
  while (more) {
    const end = jsonValueEnd(text, position);
    if (end === undefined) {
      return undefined;
    }
    elements.push(text.slice(position, end));
    position = skipSpace(text, end);
    more = text.charCodeAt(position) === COMMA;
    if (more) {
      position = skipSpace(text, position + 1);
    }
  }
  const closed = text.charCodeAt(position) === CLOSE_BRACKET;
  return closed && skipSpace(text, position + 1) === text.length ? elements : undefined;
}

/** Returns the string that a JSON text is; undefined if it is not a string. */
export function parseJsonString(text: string): string | undefined {
  if (text.charCodeAt(0) !== QUOTE) {
    return undefined;
  }
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

function readMember(
  text: string,
  start: number,
): { name: string; value: string; end: number } | undefined {
  const nameEnd = text.charCodeAt(start) === QUOTE ? stringEnd(text, start) : undefined;
  const name = nameEnd === undefined ? undefined : parseJsonString(text.slice(start, nameEnd));
  if (nameEnd === undefined || name === undefined) {
    return undefined;
  }
  const colon = skipSpace(text, nameEnd);
  if (text.charCodeAt(colon) !== COLON) {
    return undefined;
  }
  const valueStart = skipSpace(text, colon + 1);
  const end = jsonValueEnd(text, valueStart);
  return end === undefined ? undefined : { name, value: text.slice(valueStart, end), end };
}

/** Returns the offset after the string that starts at `start`; undefined if it does not end. */
export function stringEnd(text: string, start: number): number | undefined {
  let quote = text.indexOf('"', start + 1);
  while (quote !== -1) {
    let backslashes = 0;
    while (text.charCodeAt(quote - 1 - backslashes) === BACKSLASH) {
      backslashes++;
    }
    if (backslashes % 2 === 0) {
      return quote + 1;
    }
    quote = text.indexOf('"', quote + 1);
  }
  return undefined;
}

function containerEnd(text: string, start: number): number | undefined {
  let depth = 0;
  for (let position = start; position < text.length; position++) {
    switch (text.charCodeAt(position)) {
      case QUOTE: {
        const end = stringEnd(text, position);
        if (end === undefined) {
          return undefined;
        }
        position = end - 1;
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
          return position + 1;
        }
        break;
    }
  }
  return undefined;
}

const SCALAR = /[-+.\w]+/y;

function scalarEnd(text: string, start: number): number | undefined {
  SCALAR.lastIndex = start;
  return SCALAR.test(text) ? SCALAR.lastIndex : undefined;
}

/** Returns the first offset from `start` on that is not white space. */
export function skipSpace(text: string, start: number): number {
  let position = start;
  while (isSpace(text.charCodeAt(position))) {
    position++;
  }
  return position;
}

/** Returns whether a UTF-16 code unit is white space between tokens. */
export function isSpace(character: number): boolean {
  // Nearly all characters are beyond the space: one comparison decides.
  return (
    character <= SPACE &&
    (character === SPACE ||
      character === LINE_FEED ||
      character === CARRIAGE_RETURN ||
      character === TAB)
  );
}
