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
    const end = json[start] === QUOTE ? stringEnd(json, start) : undefined;
    const colon = end === undefined ? json.length : skipSpace(json, end);
    if (end === undefined || json[colon] !== COLON) {
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
  if (length < name.length || !json.subarray(start, end).includes(BACKSLASH)) {
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

function readString(json: Uint8Array, start: number): Uint8Array | undefined {
  const end = stringEnd(json, start);
  if (end === undefined) {
    return undefined;
  }
  const content = json.subarray(start + 1, end - 1);
  return content.includes(BACKSLASH) ? decodeString(json.subarray(start, end)) : content;
}

function decodeString(literal: Uint8Array): Uint8Array | undefined {
  const text = parseJsonString(new TextDecoder().decode(literal));
  return text?.isWellFormed() ? new TextEncoder().encode(text) : undefined;
}

/** Returns the offset after the string that starts at `start`; undefined if it does not end. */
function stringEnd(json: Uint8Array, start: number): number | undefined {
  for (let position = start + 1; position < json.length; position++) {
    const byte = json[position];
    if (byte === QUOTE) {
      return position + 1;
    }
    if (byte === BACKSLASH) {
      position++;
    }
  }
  return undefined;
}

/** Returns the offset after the value that starts at `start`; the end of the text at the latest. */
function valueEnd(json: Uint8Array, start: number): number {
  let depth = 0;
  for (let position = start; position < json.length; position++) {
    switch (json[position]) {
      case QUOTE:
        position = (stringEnd(json, position) ?? json.length) - 1;
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
  return json.length;
}

function skipSpace(json: Uint8Array, start: number): number {
  let position = start;
  while (position < json.length && isSpace(json[position] ?? 0)) {
    position++;
  }
  return position;
}
