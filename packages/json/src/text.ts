/**
 * Looks into JSON text without parsing it, so that numbers and escapes keep their
 * spelling.
 */

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/**
 * Where the JSON value that starts at a place of a text ends; undefined if none
 * does. What is within the value is not checked: where it is valid, the end is
 * right, and nothing that follows the value is taken for a part of it.
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
 * The members of a JSON object, each with the text of its value, as it came;
 * undefined if the text is no object, or has two members of one name.
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

/** The elements of a JSON array, each as it came; undefined if the text is no array. */
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

/** The string that a JSON text is; undefined if it is none. */
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

function stringEnd(text: string, start: number): number | undefined {
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

function skipSpace(text: string, start: number): number {
  let position = start;
  for (;;) {
    const character = text.charCodeAt(position);
    if (character !== 0x20 && character !== 0x0a && character !== 0x0d && character !== 0x09) {
      return position;
    }
    position++;
  }
}
