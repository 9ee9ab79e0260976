import type { MemberMapping, ValueMapping } from "@stepwire/mapping";
import {
  ACTION_ARRAY,
  ACTION_BOOLEAN,
  ACTION_BY_KIND,
  ACTION_CONSTANT,
  ACTION_DOUBLE,
  ACTION_ENUM,
  ACTION_INTEGER,
  ACTION_LIST,
  ACTION_MESSAGE,
  ACTION_OTHER,
  ACTION_PAYLOAD,
  ACTION_STRING,
  ACTION_TAG,
  ENCODING_FORM,
  ENCODING_ZIGZAG,
  FIELD_ENCODING,
  FIELD_FLAGS,
  FIELD_MAXIMUM,
  FIELD_MEMBER_INDEX,
  FIELD_PRESENCE,
  FIELD_TAG,
  FIELD_TAG_LENGTH,
  FIELD_TARGET,
  FLAG_IMPLICIT,
  MEMBER_CONSTANT,
  MEMBER_FIELD,
  MEMBER_UNION,
  NAME_ACTION,
  NAME_BIT,
  NAME_ENCODING,
  NAME_FIELD,
  NAME_IMPLICIT,
  NAME_INDEX,
  NAME_LIMIT,
  NAME_PRESENCE,
  NAME_SIZE,
  NAME_TAG,
  NAME_TAG_LENGTH,
  NAME_VALUE,
  NAME_VALUES,
  NAMES_ENTRIES,
  NO_MEMBER,
  REQUIRED,
  UNION_TAGS,
} from "../built/layout.js";
import type { TableBuilder } from "./builder.js";
import { oneByteTag, textArmOf } from "./text-arm.js";

/** A set of members has words of this many bits. */
export const WORD_BITS = 64;

const ACTION = {
  string: ACTION_STRING,
  integer: ACTION_INTEGER,
  enum: ACTION_ENUM,
  boolean: ACTION_BOOLEAN,
  double: ACTION_DOUBLE,
} as const;

/** Null does not simply mean that the field is unset; the fast path must not handle it. */
const PRESENCE_OTHER = REQUIRED;

/** Writes the part of a name's record that the fast path needs to read the member. */
export function writeAction(
  table: TableBuilder,
  at: number,
  index: number,
  member: MemberMapping,
  place: number,
): void {
  table.setU32(at + NAME_INDEX, index);
  if (index >= WORD_BITS) {
    // Members after the first word are tracked elsewhere.
    return;
  }
  table.setU64(at + NAME_BIT, 1n << BigInt(index));
  if (member.kind === "constant") {
    table.setU8(at + NAME_ACTION, ACTION_CONSTANT);
    table.setU32(at + NAME_FIELD, firstEntryOf(table, table.getU32(place + MEMBER_CONSTANT)));
    return;
  }
  if (member.kind === "tag") {
    table.setU8(at + NAME_ACTION, ACTION_TAG);
    const tags = table.getU32(table.getU32(place + MEMBER_UNION) + UNION_TAGS);
    table.setU32(at + NAME_VALUES, tags);
    writeNextMembers(table, tags, member.union.arms.length, at, index);
    return;
  }
  const field = table.getU32(place + MEMBER_FIELD);
  if (member.kind === "payload") {
    const [first] = member.arms;
    if (member.union.shape === "tagged" && first !== undefined) {
      table.setU8(at + NAME_ACTION, payloadAction(first.value));
      table.setU32(at + NAME_FIELD, field);
    }
    // The union handles the absence of a payload and null.
    table.setU8(at + NAME_PRESENCE, PRESENCE_OTHER);
    return;
  }
  const { kind } = member.value;
  if (kind in ACTION) {
    table.setU8(at + NAME_ACTION, ACTION[kind as keyof typeof ACTION]);
    table.setU32(at + NAME_VALUES, kind === "enum" ? table.getU32(field + FIELD_TARGET) : 0);
  } else if (isObject(member.value)) {
    table.setU8(at + NAME_ACTION, ACTION_MESSAGE);
  } else if (member.value.kind === "list" && isObject(member.value.element)) {
    table.setU8(at + NAME_ACTION, ACTION_LIST);
  }
  const holdsNull = kind === "verbatim" || kind === "any";
  table.setU8(at + NAME_PRESENCE, holdsNull ? PRESENCE_OTHER : table.getU8(field + FIELD_PRESENCE));
  table.setU8(at + NAME_TAG_LENGTH, table.getU32(field + FIELD_TAG_LENGTH));
  table.setU8(at + NAME_ENCODING, table.getU8(field + FIELD_ENCODING));
  table.setU64(at + NAME_TAG, table.getU64(field + FIELD_TAG));
  table.setU32(at + NAME_FIELD, field);
  table.setU8(at + NAME_IMPLICIT, table.getU8(field + FIELD_FLAGS) & FLAG_IMPLICIT);
  table.setU64(at + NAME_LIMIT, shortLimit(table, field));
  const arm = textArmOf(member.value);
  if (arm !== undefined) {
    table.setU8(at + NAME_ACTION, ACTION_STRING | ACTION_BY_KIND);
    const length = table.getU32(field + FIELD_TAG_LENGTH);
    table.setU8(at + NAME_TAG + length + 1, oneByteTag(arm));
    table.setU8(at + NAME_TAG_LENGTH, length + 2);
  }
}

function isObject(value: ValueMapping): boolean {
  return value.kind === "message" && value.message.kind === "object";
}

function payloadAction(value: ValueMapping): number {
  if (value.kind !== "message") {
    return ACTION_OTHER;
  }
  const { kind } = value.message;
  return kind === "object" ? ACTION_PAYLOAD : kind === "array" ? ACTION_ARRAY : ACTION_OTHER;
}

/** Returns the place of the first name in a set. */
function firstEntryOf(table: TableBuilder, names: number): number {
  return table.getU32(names + NAMES_ENTRIES);
}

/**
 * Writes to each tag's record the member that precedes its payload; if the payload comes earlier,
 * the tag's own member.
 */
function writeNextMembers(
  table: TableBuilder,
  tags: number,
  count: number,
  member: number,
  index: number,
): void {
  for (let tag = 0; tag < count; tag++) {
    const entry = firstEntryOf(table, tags) + tag * NAME_SIZE;
    const payload = table.getU32(table.getU32(entry + NAME_VALUE) + FIELD_MEMBER_INDEX);
    const isLater = payload > index && payload < NO_MEMBER;
    table.setU32(entry + NAME_FIELD, member + (isLater ? payload - index - 1 : 0) * NAME_SIZE);
  }
}

/** The fast path writes varints of fewer bits than this, without the bit for the sign. */
const SHORT_BITS = 48n;

/** Returns the number below which the fast path reads the integers of a field; 0 if none. */
function shortLimit(table: TableBuilder, field: number): bigint {
  if ((table.getU8(field + FIELD_ENCODING) & ENCODING_FORM) > ENCODING_ZIGZAG) {
    return 0n;
  }
  const maximum = table.getU64(field + FIELD_MAXIMUM);
  const limit = 1n << SHORT_BITS;
  return maximum < limit ? maximum + 1n : limit;
}
