/*
 * Finds one member in JSON text that is still bytes, so that the text need not be decoded.
 */

import { isSpace, parseJsonString } from "./split.js";

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Returns the string of a member of a JSON object, both as UTF-8. If several members have the name,
 * it is the first one. Returns undefined if the text is not an object, if the member is absent or
 * not a string, or if its string has a lone surrogate. The text is read up to the member only, and
 * need not be valid JSON: what is returned for other text has no meaning.
 */
export function findStringMember(json: Uint8Array, name: Uint8Array): Uint8Array | undefined {
  let position = skipSpace(json, 0);
  if (json[position] !== OPEN_BRACE) {
    return undefined;
  }
  do {
    const start = skipSpace(json, position + 1);
    const end = json[start] === QUOTE ? stringEnd(json, start) : -1;
    const colon = end === -1 ? -1 : skipSpace(json, end);
    if (json[colon] !== COLON) {
      return undefined;
    }
    const value = skipSpace(json, colon + 1);
    if (isName(json, start, end, name)) {
      return json[value] === QUOTE ? readString(json, value) : undefined;
    }
    position = skipSpace(json, valueEnd(json, value));
  } while (json[position] === COMMA);
  return undefined;
}

/** Returns whether the string between two quotes, with escapes or without, is the name. */
function isName(json: Uint8Array, start: number, end: number, name: Uint8Array): boolean {
  const length = end - start - 2;
  if (length === name.length) {
    return hasBytes(json, start + 1, name);
  }
  // With escapes, a name is longer.
  if (length < name.length || !hasEscape(json, start, end)) {
    return false;
  }
  const text = decodeString(json.subarray(start, end));
  return text?.length === name.length && hasBytes(text, 0, name);
}

function hasBytes(bytes: Uint8Array, start: number, expected: Uint8Array): boolean {
  for (let index = 0; index < expected.length; index++) {
    if (bytes[start + index] !== expected[index]) {
      return false;
    }
  }
  return true;
}

function hasEscape(json: Uint8Array, start: number, end: number): boolean {
  for (let position = start; position < end; position++) {
    if (json[position] === BACKSLASH) {
      return true;
    }
  }
  return false;
}

function readString(json: Uint8Array, start: number): Uint8Array | undefined {
  const end = stringEnd(json, start);
  if (end === -1) {
    return undefined;
  }
  return hasEscape(json, start, end)
    ? decodeString(json.subarray(start, end))
    : json.subarray(start + 1, end - 1);
}

function decodeString(literal: Uint8Array): Uint8Array | undefined {
  const text = parseJsonString(new TextDecoder().decode(literal));
  return text?.isWellFormed() ? new TextEncoder().encode(text) : undefined;
}

/** Number of bytes after which a built-in search is faster than a loop. */
const SHORT = 64;

/** Returns the offset after the string that starts at `start`; -1 if it does not end. */
function stringEnd(json: Uint8Array, start: number): number {
  const { length } = json;
  const short = Math.min(length, start + SHORT);
  let position = start + 1;
  for (; position < short; position++) {
    const byte = json[position];
    if (byte === QUOTE) {
      return position + 1;
    }
    if (byte === BACKSLASH) {
      position++;
    }
  }
  while (position < length) {
    const quote = json.indexOf(QUOTE, position);
    if (quote === -1) {
      return -1;
    }
    let backslashes = 0;
    while (quote - backslashes > position && json[quote - 1 - backslashes] === BACKSLASH) {
      backslashes++;
    }
    if (backslashes % 2 === 0) {
      return quote + 1;
    }
    position = quote + 1;
  }
  return -1;
}

/** Returns the offset after the value that starts at `start`; the end of the text at the latest. */
function valueEnd(json: Uint8Array, start: number): number {
  const { length } = json;
  let depth = 0;
  for (let position = start; position < length; position++) {
    switch (json[position]) {
      case QUOTE:
        position = stringEnd(json, position) - 1;
        if (position < start) {
          return length;
        }
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth++;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        if (depth === 0) {
          return position;
        }
        depth--;
        break;
      case COMMA:
        if (depth === 0) {
          return position;
        }
        break;
    }
  }
  return length;
}

function skipSpace(json: Uint8Array, start: number): number {
  let position = start;
  while (isSpace(json[position] ?? QUOTE)) {
    position++;
  }
  return position;
}
