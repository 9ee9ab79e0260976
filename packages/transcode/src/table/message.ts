import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import {
  type FieldMember,
  type MemberMapping,
  type ObjectMapping,
  type UnionMapping,
  type ValueMapping,
  ViolationCode,
} from "@stepwire/mapping";
import {
  ACTION_ARRAY,
  ACTION_BY_KIND,
  ACTION_CONSTANT,
  ACTION_ENUM,
  ACTION_INTEGER,
  ACTION_LIST,
  ACTION_MESSAGE,
  ACTION_OTHER,
  ACTION_PAYLOAD,
  ACTION_STRING,
  ACTION_TAG,
  FIELD_ARM_TEXT,
  FIELD_ARM_TEXT_LENGTH,
  FIELD_ENCODING,
  FIELD_FLAGS,
  FIELD_MEMBER_INDEX,
  FIELD_ONEOF,
  FIELD_PRESENCE,
  FIELD_SIZE,
  FIELD_SLOT,
  FIELD_TAG,
  FIELD_TAG_LENGTH,
  FIELD_TARGET,
  FIELD_UNION,
  FLAG_IMPLICIT,
  FRAME_SETS,
  FRAME_STATES,
  KIND_ARRAY,
  KIND_OBJECT,
  MEMBER_CONSTANT,
  MEMBER_FIELD,
  MEMBER_IS_CONSTANT,
  MEMBER_IS_CONTENT,
  MEMBER_IS_FIELD,
  MEMBER_IS_PAYLOAD,
  MEMBER_IS_TAG,
  MEMBER_KEY,
  MEMBER_KEY_LENGTH,
  MEMBER_KIND,
  MEMBER_OPTIONAL,
  MEMBER_REASON,
  MEMBER_SIZE,
  MEMBER_TEXT,
  MEMBER_TEXT_LENGTH,
  MEMBER_UNION,
  MESSAGE_DIRECT,
  MESSAGE_DIRECT_SIZE,
  MESSAGE_DISORDERED,
  MESSAGE_DONE,
  MESSAGE_EXPECTED,
  MESSAGE_EXPECTED_BITS,
  MESSAGE_FIELD_COUNT,
  MESSAGE_FIELDS,
  MESSAGE_FIRST_NAME,
  MESSAGE_FRAME,
  MESSAGE_KIND,
  MESSAGE_LARGE,
  MESSAGE_MEMBER_COUNT,
  MESSAGE_MEMBERS,
  MESSAGE_NAMES,
  MESSAGE_RESIDUE,
  MESSAGE_SETS,
  MESSAGE_SLOTS,
  MESSAGE_SPARSE,
  MESSAGE_SPARSE_COUNT,
  MESSAGE_UNION_COUNT,
  MESSAGE_UNIONS,
  MESSAGE_WORDS,
  NAME_ACTION,
  NAME_BIT,
  NAME_ENCODING,
  NAME_FIELD,
  NAME_IMPLICIT,
  NAME_INDEX,
  NAME_PRESENCE,
  NAME_SIZE,
  NAME_STATE,
  NAME_TAG,
  NAME_TAG_LENGTH,
  NAME_VALUE,
  NAME_VALUES,
  NAMES_ENTRIES,
  REQUIRED,
  SLOT_SIZE,
  SPARSE_FIELD,
  SPARSE_NUMBER,
  SPARSE_SIZE,
  STATE_SIZE,
  UNION_ADJACENT,
  UNION_INDEX,
  UNION_ONEOF,
  UNION_OPTIONAL,
  UNION_OTHER,
  UNION_OTHER_CONTENT,
  UNION_OTHER_TAG,
  UNION_SIZE,
  UNION_TAG_MEMBER,
  UNION_TAGS,
} from "../built/layout.js";
import { ALIGNMENT, type TableBuilder } from "./builder.js";
import {
  type FieldPlace,
  placeOf,
  type TableContext,
  textBytes,
  writeField,
  writeResidueField,
} from "./field.js";
import { addNames } from "./names.js";
import { writeOutput } from "./output.js";
import { oneByteTag, textArmOf } from "./text-arm.js";

const KIND_OF_MEMBER = {
  field: MEMBER_IS_FIELD,
  constant: MEMBER_IS_CONSTANT,
  tag: MEMBER_IS_TAG,
  payload: MEMBER_IS_PAYLOAD,
} as const;
/** Fields with smaller numbers are found in an array by number; others by binary search. */
const DIRECT_LIMIT = 256;
/** The largest field number whose tag has one byte; the kernel looks those up without a check. */
const LARGEST_ONE_BYTE_NUMBER = 15;
/** A set of members has words of this many bits. */
const WORD_BITS = 64;
/** The size of a place within a record. */
const PLACE_SIZE = 4;
/** Differs from every state of a payload. */
const STATE_NONE = 255;

/** Writes a member's own properties: its kind and name, and the string of a constant. */
function writeMember(table: TableBuilder, place: number, member: MemberMapping): void {
  table.setU8(
    place + MEMBER_KIND,
    member.kind === "payload" && member.arm === undefined
      ? MEMBER_IS_CONTENT
      : KIND_OF_MEMBER[member.kind],
  );
  const key = textBytes(`,${JSON.stringify(member.name)}:`);
  table.setU32(place + MEMBER_KEY, table.addBytes(key));
  table.setU32(place + MEMBER_KEY_LENGTH, key.length);
  if (member.kind === "constant") {
    table.setU8(place + MEMBER_OPTIONAL, member.presence === "optional" ? 1 : 0);
    table.setU32(place + MEMBER_CONSTANT, addNames(table, [{ name: member.value, value: 0 }]));
    const text = textBytes(`,${JSON.stringify(member.name)}:${JSON.stringify(member.value)}`);
    table.setU32(place + MEMBER_TEXT, table.addBytes(text));
    table.setU32(place + MEMBER_TEXT_LENGTH, text.length);
  }
}

/** Writes the set of members whose absence must be recorded, in words of 64 bits. */
function writeExpected(
  table: TableBuilder,
  at: number,
  members: readonly MemberMapping[],
  words: number,
): number {
  const expected = table.allocate(words * 8);
  for (let word = 0; word < words; word++) {
    let bits = 0n;
    for (let bit = 0; bit < WORD_BITS; bit++) {
      const member = members[word * WORD_BITS + bit];
      if (member !== undefined && isExpected(member)) {
        bits |= 1n << BigInt(bit);
      }
    }
    table.setU64(expected + word * 8, bits);
    if (word === 0) {
      table.setU64(at + MESSAGE_EXPECTED_BITS, bits);
    }
  }
  return expected;
}

/** Writes the record of a message that is an object. */
export function writeObject(context: TableContext, at: number, mapping: ObjectMapping): void {
  const { table } = context;
  const { members, unions } = mapping;
  const fields: number[] = [];
  const numbers: number[] = [];
  const addField = (place: FieldPlace): number => {
    const field = table.allocate(FIELD_SIZE);
    writeField(context, field, place);
    fields.push(field);
    numbers.push(place.number);
    return field;
  };
  const unionPlaces = table.allocate(Math.max(1, unions.length) * UNION_SIZE);
  const unionPlace = new Map(
    unions.map((union, index) => [union, unionPlaces + index * UNION_SIZE]),
  );
  const memberPlaces = table.allocate(Math.max(1, members.length) * MEMBER_SIZE);
  const memberPlace = (index: number): number => memberPlaces + index * MEMBER_SIZE;
  for (const [index, member] of members.entries()) {
    const place = memberPlace(index);
    writeMember(table, place, member);
    if (member.kind === "field") {
      const field = addField(placeOf(member.field, member.presence, member.value));
      table.setU32(field + FIELD_MEMBER_INDEX, index);
      table.setU32(place + MEMBER_FIELD, field);
    } else if (member.kind !== "constant") {
      table.setU32(place + MEMBER_UNION, unionPlace.get(member.union) ?? 0);
    }
    writeUnset(table, place, member);
  }
  const armPlaces = new Map<number, number[]>();
  for (const [index, union] of unions.entries()) {
    const place = unionPlaces + index * UNION_SIZE;
    const known = fields.length;
    writeUnion(context, place, union, index, members, memberPlace, addField);
    armPlaces.set(place, fields.slice(known));
  }
  const names = addNames(
    table,
    members.map(({ name }, index) => ({ name, value: memberPlace(index) })),
  );
  const words = Math.max(1, Math.ceil(members.length / WORD_BITS));
  const firstName = table.getU32(names + NAMES_ENTRIES);
  for (const [index, member] of members.entries()) {
    writeAction(table, firstName + index * NAME_SIZE, index, member, memberPlace(index));
    if (member.kind === "tag" || member.kind === "payload") {
      const state = FRAME_STATES + unions.indexOf(member.union) * STATE_SIZE;
      table.setU32(firstName + index * NAME_SIZE + NAME_STATE, state);
    }
    writeOutput(table, memberPlace(index), member);
  }
  const residue = table.allocate(FIELD_SIZE);
  writeResidueField(table, residue, mapping.residue.number);
  fields.push(residue);
  numbers.push(mapping.residue.number);

  const expected = writeExpected(table, at, members, words);
  table.setU32(at + MESSAGE_FIRST_NAME, firstName);
  const isLarge = unions.length > 1 || words > 1;
  table.setU32(at + MESSAGE_LARGE, isLarge ? 1 : 0);
  table.setU32(at + MESSAGE_DONE, isLarge || !isOrdered(members) ? STATE_NONE : unions.length);
  table.setU32(at + MESSAGE_SETS, FRAME_STATES + unions.length * STATE_SIZE);
  table.setU32(at + MESSAGE_DISORDERED, isOrdered(members) ? 0 : 1);
  table.setU32(at + MESSAGE_KIND, KIND_OBJECT);
  table.setU32(at + MESSAGE_MEMBERS, memberPlaces);
  table.setU32(at + MESSAGE_MEMBER_COUNT, members.length);
  table.setU32(at + MESSAGE_NAMES, names);
  table.setU32(at + MESSAGE_UNIONS, unionPlaces);
  table.setU32(at + MESSAGE_UNION_COUNT, unions.length);
  table.setU32(at + MESSAGE_WORDS, words);
  table.setU32(
    at + MESSAGE_FRAME,
    align(FRAME_STATES + words * 8 * FRAME_SETS + unions.length * STATE_SIZE),
  );
  table.setU32(at + MESSAGE_EXPECTED, expected);
  table.setU32(at + MESSAGE_RESIDUE, residue);
  writeFieldIndex(table, at, fields, numbers, unions.length);
  for (const index of unions.keys()) {
    const oneof = oneofOffset(fields.length, index);
    const union = unionPlaces + index * UNION_SIZE;
    table.setU32(union + UNION_ONEOF, oneof);
    for (const field of armPlaces.get(union) ?? []) {
      table.setU32(field + FIELD_ONEOF, oneof);
    }
  }
}

/** Whether the order of the schema's members is that of their fields' numbers. */
function isOrdered(members: readonly MemberMapping[]): boolean {
  const numbers = members.flatMap((member) =>
    member.kind === "field"
      ? [member.field.number]
      : member.kind === "payload"
        ? (member.arm === undefined ? member.union.arms : [member.arm]).map(
            ({ field }) => field.number,
          )
        : [],
  );
  return numbers.every((number, index) => number >= (numbers[index - 1] ?? 0));
}

const ACTION = { string: ACTION_STRING, integer: ACTION_INTEGER, enum: ACTION_ENUM } as const;

/** Null does not simply mean that the field is unset; the fast path must not handle it. */
const PRESENCE_OTHER = REQUIRED;

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

/** Writes the part of a name's record that the fast path needs to read the member. */
function writeAction(
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
    if (member.arm !== undefined) {
      table.setU8(at + NAME_ACTION, payloadAction(member.arm.value));
      table.setU32(at + NAME_FIELD, field);
    }
    // The union handles the absence of a payload and null.
    table.setU8(at + NAME_PRESENCE, PRESENCE_OTHER);
    return;
  }
  const { kind } = member.value;
  if (kind === "string" || kind === "integer" || kind === "enum") {
    table.setU8(at + NAME_ACTION, ACTION[kind]);
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
  table.setU32(at + NAME_IMPLICIT, table.getU8(field + FIELD_FLAGS) & FLAG_IMPLICIT);
  const arm = textArmOf(member.value);
  if (arm !== undefined) {
    table.setU8(at + NAME_ACTION, ACTION_STRING | ACTION_BY_KIND);
    const length = table.getU32(field + FIELD_TAG_LENGTH);
    table.setU8(at + NAME_TAG + length + 1, oneByteTag(arm));
    table.setU8(at + NAME_TAG_LENGTH, length + 2);
  }
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

/** The index that means "no member". */
const NO_MEMBER = 0xffffffff;

/** Writes the output for a member that is unset: its text, or the code to fail with. */
function writeUnset(table: TableBuilder, place: number, member: MemberMapping): void {
  if (member.kind !== "field") {
    return;
  }
  const value = unsetText(member);
  if (typeof value === "number") {
    table.setU8(place + MEMBER_REASON, value);
  } else if (value !== undefined) {
    const text = textBytes(`,${JSON.stringify(member.name)}:${value}`);
    table.setU32(place + MEMBER_TEXT, table.addBytes(text));
    table.setU32(place + MEMBER_TEXT_LENGTH, text.length);
  }
}

function unsetText({ field, presence, value }: FieldMember): string | number | undefined {
  if (presence !== "required") {
    return presence === "nullable" ? "null" : undefined;
  }
  switch (value.kind) {
    case "list":
      return "[]";
    case "map":
      return "{}";
    case "string":
    case "bytes":
      return '""';
    case "boolean":
      return "false";
    case "double":
    case "integer":
      return "0";
    case "enum": {
      const string = value.stringByNumber.get(0);
      return string === undefined ? ViolationCode.UNKNOWN_VALUE : JSON.stringify(string);
    }
    case "verbatim":
      return field.presence === FeatureSet_FieldPresence.IMPLICIT
        ? ViolationCode.INVALID_RESIDUE
        : ViolationCode.MISSING_MEMBER;
    case "any":
    case "message":
    case "null":
      return ViolationCode.MISSING_MEMBER;
  }
}

function align(size: number): number {
  return Math.ceil(size / ALIGNMENT) * ALIGNMENT;
}

/** Whether the absence of a member is recorded or refused, other than by a union. */
function isExpected(member: MemberMapping): boolean {
  return member.kind === "constant" || (member.kind === "field" && member.presence !== "optional");
}

function writeUnion(
  context: TableContext,
  at: number,
  union: UnionMapping,
  unionIndex: number,
  members: readonly MemberMapping[],
  memberPlace: (index: number) => number,
  addField: (place: FieldPlace) => number,
): void {
  const { table } = context;
  const indexOf = (kind: string, name: string): number =>
    members.findIndex((member) => member.kind === kind && member.name === name);
  const tags = union.arms.map((arm) => {
    const field = addField(placeOf(arm.field, arm.presence, arm.value));
    const index = indexOf("payload", arm.name);
    table.setU32(field + FIELD_MEMBER_INDEX, index);
    table.setU32(field + FIELD_UNION, at);
    const text = textBytes(`,${JSON.stringify(union.tag)}:${JSON.stringify(arm.tagValue)}`);
    table.setU32(field + FIELD_ARM_TEXT, table.addBytes(text));
    table.setU32(field + FIELD_ARM_TEXT_LENGTH, text.length);
    if (union.shape === "tagged") {
      table.setU32(memberPlace(index) + MEMBER_FIELD, field);
    }
    return { name: arm.tagValue, value: field };
  });
  table.setU32(at + UNION_ADJACENT, union.shape === "adjacent" ? 1 : 0);
  table.setU32(at + UNION_OPTIONAL, union.tagPresence === "optional" ? 1 : 0);
  table.setU32(at + UNION_TAGS, addNames(table, tags));
  if (union.otherArm !== undefined) {
    const { field, tagField, contentField } = union.otherArm;
    const content = union.content === undefined ? -1 : indexOf("payload", union.content);
    const other = addField({
      number: field.number,
      presence: "required",
      value: { kind: "string" },
      implicit: false,
      packed: false,
      arm: true,
    });
    table.setU32(other + FIELD_MEMBER_INDEX, content);
    table.setU32(other + FIELD_UNION, at);
    table.setU32(at + UNION_OTHER, other);
    for (const [offset, inner, kind] of [
      [UNION_OTHER_TAG, tagField, "string"],
      [UNION_OTHER_CONTENT, contentField, "verbatim"],
    ] as const) {
      const place = table.allocate(FIELD_SIZE);
      writeField(context, place, placeOf(inner, "optional", { kind }));
      table.setU32(at + offset, place);
    }
  }
  table.setU32(at + UNION_TAG_MEMBER, indexOf("tag", union.tag));
  table.setU32(at + UNION_INDEX, unionIndex);
}

/**
 * Returns the offset, after the slots of the fields, where the arm that is set in a oneof is
 * recorded.
 */
export function oneofOffset(fields: number, index: number): number {
  return (fields + index) * SLOT_SIZE;
}

/** Writes the index of a message's fields by number. */
export function writeFieldIndex(
  table: TableBuilder,
  at: number,
  fields: readonly number[],
  numbers: readonly number[],
  oneofs: number,
): void {
  const list = table.allocate(fields.length * PLACE_SIZE);
  const small = numbers.filter((number) => number < DIRECT_LIMIT);
  const directSize = Math.max(LARGEST_ONE_BYTE_NUMBER, ...small) + 1;
  const direct = table.allocate(directSize * PLACE_SIZE);
  const sparse: [number, number][] = [];
  for (const [slot, field] of fields.entries()) {
    const number = numbers[slot] ?? 0;
    table.setU32(field + FIELD_SLOT, slot * SLOT_SIZE);
    table.setU32(list + slot * PLACE_SIZE, field);
    if (number < DIRECT_LIMIT) {
      table.setU32(direct + number * PLACE_SIZE, field);
    } else {
      sparse.push([number, field]);
    }
  }
  const sparsePlace = table.allocate(Math.max(1, sparse.length) * SPARSE_SIZE);
  for (const [index, [number, field]] of sparse.sort(([a], [b]) => a - b).entries()) {
    const entry = sparsePlace + index * SPARSE_SIZE;
    table.setU32(entry + SPARSE_NUMBER, number);
    table.setU32(entry + SPARSE_FIELD, field);
  }
  table.setU32(at + MESSAGE_FIELDS, list);
  table.setU32(at + MESSAGE_FIELD_COUNT, fields.length);
  table.setU32(at + MESSAGE_DIRECT, direct);
  table.setU32(at + MESSAGE_DIRECT_SIZE, directSize);
  table.setU32(at + MESSAGE_SPARSE, sparsePlace);
  table.setU32(at + MESSAGE_SPARSE_COUNT, sparse.length);
  table.setU32(at + MESSAGE_SLOTS, oneofOffset(fields.length, oneofs));
}

/** Writes the record of a message that is an array. */
export function writeArray(context: TableContext, at: number, place: FieldPlace): void {
  const { table } = context;
  const field = table.allocate(FIELD_SIZE);
  writeField(context, field, place);
  table.setU32(at + MESSAGE_KIND, KIND_ARRAY);
  table.setU32(at + MESSAGE_MEMBERS, field);
  writeFieldIndex(table, at, [field], [place.number], 0);
}
