import {
  DIGIT_0,
  LETTER_F,
  LETTER_N,
  LETTER_T,
  MINUS,
  OPENING_BRACE,
  OPENING_BRACKET,
  QUOTE,
} from "./characters";
import { UNKNOWN_VALUE, UNKNOWN_VARIANT } from "./codes";
import {
  BY_KIND_ARRAY,
  BY_KIND_BOOLEAN,
  BY_KIND_ENUM,
  BY_KIND_NULL,
  BY_KIND_NUMBER,
  BY_KIND_OBJECT,
  BY_KIND_STRING,
  FIELD_TARGET,
  INLINE_OTHER,
  INLINE_TAG,
  NAMES_ENTRIES,
} from "./layout";
import { lookup, NO_NAME } from "./names";
import { misfit, setMissing, tolerated } from "./state";
import { findArm } from "./to-binary-field";
import { isNull } from "./to-binary-member";
import { mistype } from "./to-binary-value";

/** The value of the enum, if `findKindArm` found an arm for an enum; else 0. */
export let kindEnum: usize = 0;

/** Returns the arm of a union by kind that holds the value at `from`; 0 if there is none. */
export function findKindArm(from: usize, message: usize): usize {
  kindEnum = 0;
  const byte = load<u8>(from);
  if (byte === QUOTE) {
    return findStringArm(from, message);
  }
  if (byte === OPENING_BRACE) {
    return findObjectArm(from, message);
  }
  let arm: usize = 0;
  if (byte === OPENING_BRACKET) {
    arm = load<u32>(message, BY_KIND_ARRAY);
  } else if (byte === LETTER_T || byte === LETTER_F) {
    arm = load<u32>(message, BY_KIND_BOOLEAN);
  } else if (byte === LETTER_N) {
    if (!isNull(from)) {
      return 0;
    }
    arm = load<u32>(message, BY_KIND_NULL);
  } else if (byte === MINUS || <u8>(byte - DIGIT_0) <= 9) {
    arm = load<u32>(message, BY_KIND_NUMBER);
  }
  return arm ? arm : otherKind(from, message);
}

function findStringArm(from: usize, message: usize): usize {
  const arm: usize = load<u32>(message, BY_KIND_STRING);
  const enumArm: usize = load<u32>(message, BY_KIND_ENUM);
  if (enumArm) {
    const name = lookup(from, load<u32>(enumArm, FIELD_TARGET), false);
    if (name === NO_NAME) {
      return 0;
    }
    if (name) {
      kindEnum = name;
      return enumArm;
    }
    if (!arm) {
      return otherArm(from, message, UNKNOWN_VALUE);
    }
  }
  return arm ? arm : otherKind(from, message);
}

function findObjectArm(from: usize, message: usize): usize {
  const tag: usize = load<u32>(message, INLINE_TAG);
  if (!tag) {
    const arm: usize = load<u32>(message, BY_KIND_OBJECT);
    return arm ? arm : otherKind(from, message);
  }
  const arm = findArm(from, message);
  if (arm !== NO_NAME) {
    return arm;
  }
  setMissing(load<u32>(tag, NAMES_ENTRIES));
  return otherArm(from, message, UNKNOWN_VARIANT);
}

/** Returns the `any_other` arm, if there is one, for a value whose JSON type no arm holds. */
function otherKind(from: usize, message: usize): usize {
  if (!load<u32>(message, INLINE_OTHER)) {
    return mistype(from);
  }
  // The violation has no member to report.
  setMissing(0);
  return otherArm(from, message, UNKNOWN_VARIANT);
}

/** Returns the arm for all other values, if there is one. */
function otherArm(from: usize, message: usize, reason: u32): usize {
  const arm: usize = load<u32>(message, INLINE_OTHER);
  if (!arm) {
    return misfit(reason, from);
  }
  return tolerated(reason, from) ? arm : 0;
}
