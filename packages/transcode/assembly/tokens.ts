import {
  CLOSING_BRACE,
  CLOSING_BRACKET,
  COLON,
  COMMA,
  DIGIT_0,
  LETTER_E,
  LOWER_CASE,
  MINUS,
  OPENING_BRACE,
  OPENING_BRACKET,
  PLUS,
  POINT,
  QUOTE,
  SPACE,
  WORD_FALS,
  WORD_NULL,
  WORD_TRUE,
} from "./characters";
import { isInputNestedWell } from "./check";
import { LONE_SURROGATE, MALFORMED_BINARY, NOT_JSON, TOO_DEEP } from "./codes";
import { checkNames } from "./names";
import { passNested } from "./pass-nested";
import { MARK, scanString, stringEscaped, stringLone } from "./scan-string";
import {
  depth,
  fail,
  isDeep,
  maxDepth,
  setDeep,
  setDepth,
  setSpaced,
  setTop,
  shallowDepth,
  take,
  top,
} from "./state";
import { BLOCK, findSolid, findStructure, firstOf } from "./vector";

export { MARK, scanString, stringEscaped, stringLone } from "./scan-string";

// The grammar of RFC 8259, for text that is kept unchanged.

/** Returns the offset of the next byte that is not white space, `from` or later. */
// @inline
export function skipSpace(from: usize): usize {
  return load<u8>(from) > SPACE ? from : skipSpaces(from);
}

/** Like `skipSpace`, without a call and without setting `spaced`. */
// @inline
export function passSpace(from: usize): usize {
  if (load<u8>(from) <= SPACE) {
    let solid = findSolid(from);
    while (!solid) {
      from += BLOCK;
      solid = findSolid(from);
    }
    from += firstOf(solid);
  }
  return from;
}

function skipSpaces(from: usize): usize {
  let next = from;
  while (true) {
    const solid = findSolid(next);
    if (solid) {
      next += firstOf(solid);
      break;
    }
    next += BLOCK;
  }
  if (next !== from) {
    setSpaced(true);
  }
  return next;
}

function isDigit(byte: u8): bool {
  return <u8>(byte - DIGIT_0) <= 9;
}

/** Returns the offset after the number at `from`; 0 if it is invalid. */
export function scanNumber(from: usize): usize {
  let at = from;
  if (load<u8>(at) === MINUS) {
    at++;
  }
  const first = load<u8>(at);
  if (!isDigit(first)) {
    return fail(NOT_JSON, at);
  }
  at++;
  if (first !== DIGIT_0) {
    while (isDigit(load<u8>(at))) at++;
  }
  if (load<u8>(at) === POINT) {
    at++;
    if (!isDigit(load<u8>(at))) {
      return fail(NOT_JSON, at);
    }
    while (isDigit(load<u8>(at))) at++;
  }
  if ((load<u8>(at) | LOWER_CASE) === LETTER_E) {
    at++;
    const sign = load<u8>(at);
    if (sign === PLUS || sign === MINUS) {
      at++;
    }
    if (!isDigit(load<u8>(at))) {
      return fail(NOT_JSON, at);
    }
    while (isDigit(load<u8>(at))) at++;
  }
  return at;
}

/** Returns the offset after `true`, `false` or `null` at `from`; 0 if it is none of them. */
export function scanWord(from: usize): usize {
  const word = load<u32>(from);
  if (word === WORD_TRUE || word === WORD_NULL) {
    return from + 4;
  }
  if (word === WORD_FALS && load<u8>(from, 4) === LETTER_E) {
    return from + 5;
  }
  return fail(NOT_JSON, from);
}

/** Enters an array or object in text that is kept. Returns false if it is too deep. */
// @inline
function descendText(at: usize): bool {
  setDepth(depth + 1);
  return isDepthAllowed(at);
}

function isDepthAllowed(at: usize): bool {
  if (depth > maxDepth) {
    fail(TOO_DEEP, at);
    return false;
  }
  return true;
}

/** Enters an array or object of a message. Returns false if it is too deep. */
// @inline
export function descend(at: usize): bool {
  const level = depth + 1;
  setDepth(level);
  return level <= shallowDepth || passShallow(at);
}

/** Continues `descend` below the shallow depth. Returns false if it is too deep. */
function passShallow(at: usize): bool {
  if (!isDepthAllowed(at)) {
    return false;
  }
  if (isDeep) {
    return fail(MALFORMED_BINARY, at) !== 0;
  }
  // Below here, messages may be nested too deep. If so, the whole conversion fails, and a message
  // that was written in one pass is scanned again.
  setDeep(maxDepth);
  if (isInputNestedWell()) {
    return true;
  }
  setDeep(0);
  return false;
}

// @inline
export function ascend(): void {
  setDepth(depth - 1);
}

/** Returns the offset after the `:` that follows the name ending at `from`; 0 if there is none. */
export function scanColon(from: usize): usize {
  let at = from;
  if (load<u8>(at) !== COLON) {
    at = skipSpace(at);
    if (load<u8>(at) !== COLON) {
      return fail(NOT_JSON, at);
    }
  }
  return skipSpace(at + 1);
}

/** Returns the offset after the JSON value at `from`; 0 if it is invalid. */
export function scanValue(from: usize): usize {
  const byte = load<u8>(from);
  if (byte === QUOTE) {
    return scanString(from);
  }
  if (byte === OPENING_BRACE) {
    return scanObject(from);
  }
  if (byte === OPENING_BRACKET) {
    return scanArray(from);
  }
  if (byte === MINUS || isDigit(byte)) {
    return scanNumber(from);
  }
  return scanWord(from);
}

function scanArray(from: usize): usize {
  if (!descendText(from)) {
    return 0;
  }
  let at = skipSpace(from + 1);
  if (load<u8>(at) === CLOSING_BRACKET) {
    ascend();
    return at + 1;
  }
  while (true) {
    at = scanValue(at);
    if (!at) {
      return 0;
    }
    at = skipSpace(at);
    const byte = load<u8>(at);
    if (byte === COMMA) {
      at = skipSpace(at + 1);
    } else if (byte === CLOSING_BRACKET) {
      ascend();
      return at + 1;
    } else {
      return fail(NOT_JSON, at);
    }
  }
}

function scanObject(from: usize): usize {
  if (!descendText(from)) {
    return 0;
  }
  const names = top;
  let at = skipSpace(from + 1);
  if (load<u8>(at) === CLOSING_BRACE) {
    ascend();
    return at + 1;
  }
  while (true) {
    at = scanName(at);
    if (!at) {
      return 0;
    }
    at = scanValue(at);
    if (!at) {
      return 0;
    }
    at = skipSpace(at);
    const byte = load<u8>(at);
    if (byte === COMMA) {
      at = skipSpace(at + 1);
    } else if (byte === CLOSING_BRACE) {
      break;
    } else {
      return fail(NOT_JSON, at);
    }
  }
  if (!checkNames(names, (top - names) >> 3, 8)) {
    return 0;
  }
  setTop(names);
  ascend();
  return at + 1;
}

/**
 * Reads the name at `from` and the colon, and records the name on the scratch stack to find
 * duplicates. Returns the offset of the value; 0 if that fails.
 */
export function scanName(from: usize): usize {
  if (load<u8>(from) !== QUOTE) {
    return fail(NOT_JSON, from);
  }
  const end = scanString(from);
  if (!end) {
    return 0;
  }
  if (stringLone) {
    return fail(LONE_SURROGATE, from);
  }
  const record = take(8);
  if (!record) {
    return 0;
  }
  store<u32>(record, from + 1);
  store<u32>(record, (end - 1) | (stringEscaped ? MARK : 0), 4);
  return scanColon(end);
}

/** Whether a byte can follow a number or word. */
// @inline
function endsWord(byte: u8): bool {
  return byte <= SPACE || byte === COMMA || byte === CLOSING_BRACKET || byte === CLOSING_BRACE;
}

/**
 * Returns the offset after the value at `from`, without checks: for looking ahead in text that is
 * parsed later. Returns 0 if the text ends first.
 */
export function passValue(from: usize): usize {
  const end = passNested(from);
  return end ? end : passTokens(from);
}

/** Like `passValue`, token by token. */
function passTokens(from: usize): usize {
  let at = from;
  let levels = 0;
  while (true) {
    const byte = load<u8>(at);
    if (byte === QUOTE) {
      at = scanString(at);
      if (!at) {
        return 0;
      }
    } else if (byte === OPENING_BRACE || byte === OPENING_BRACKET) {
      levels++;
      at++;
    } else if (byte === CLOSING_BRACE || byte === CLOSING_BRACKET) {
      levels--;
      at++;
    } else if (byte === 0) {
      return fail(NOT_JSON, at);
    } else if (levels === 0) {
      // A number or word, up to its delimiter.
      while (!endsWord(load<u8>(at))) at++;
      return at === from ? fail(NOT_JSON, at) : at;
    } else {
      // Without indentation, the next name or string is near.
      at = byte <= SPACE ? findStructure(at + 1) : at + 1;
      continue;
    }
    if (levels <= 0) {
      return levels < 0 ? fail(NOT_JSON, at) : at;
    }
  }
}
