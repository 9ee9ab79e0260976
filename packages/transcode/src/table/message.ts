import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import type {
  FieldMember,
  InlineMapping,
  MemberMapping,
  MemberPresence,
  ObjectMapping,
  UnionMapping,
  ValueMapping,
} from "@stepwire/mapping";
import type { TableBuilder } from "./builder.js";
import {
  FIELD_SIZE,
  type FieldPlace,
  placeOf,
  type TableContext,
  textBytes,
  writeField,
  writeResidueField,
} from "./field.js";
import { addNames, NAME_SIZE } from "./names.js";
import { writeOutput } from "./output.js";

export const MESSAGE_SIZE = 128;
const MEMBER_SIZE = 48;
const UNION_SIZE = 48;
const KIND_OBJECT = 0;
const KIND_ARRAY = 1;
const KIND_INLINE = 2;
const MEMBER_KIND = { field: 0, constant: 1, tag: 2, payload: 3, content: 4 } as const;
const SLOT_SIZE = 16;
/** Field numbers below this are looked up directly. */
const DIRECT_LIMIT = 256;
const FRAME_HEADER = 16;
const STATE_SIZE = 32;
const SETS = 4;
/** No state of a payload. */
const STATE_NONE = 255;

/** Writes what a member has of its own: its kind and name, and the string of a constant. */
function writeMember(table: TableBuilder, place: number, member: MemberMapping): void {
  table.setU8(
    place,
    member.kind === "payload" && member.arm === undefined
      ? MEMBER_KIND.content
      : MEMBER_KIND[member.kind],
  );
  const key = textBytes(`,${JSON.stringify(member.name)}:`);
  table.setU32(place + 12, table.addBytes(key));
  table.setU32(place + 16, key.length);
  if (member.kind === "constant") {
    table.setU8(place + 2, member.presence === "optional" ? 1 : 0);
    table.setU32(place + 20, addNames(table, [{ name: member.value, value: 0 }]));
    const text = textBytes(`,${JSON.stringify(member.name)}:${JSON.stringify(member.value)}`);
    table.setU32(place + 24, table.addBytes(text));
    table.setU32(place + 28, text.length);
  }
}

/** Writes the set of the members whose absence is to be noted, in words of 64 bits. */
function writeExpected(
  table: TableBuilder,
  at: number,
  members: readonly MemberMapping[],
  words: number,
): number {
  const expected = table.allocate(words * 8);
  for (let word = 0; word < words; word++) {
    let bits = 0n;
    for (let bit = 0; bit < 64; bit++) {
      const member = members[word * 64 + bit];
      if (member !== undefined && isExpected(member)) {
        bits |= 1n << BigInt(bit);
      }
    }
    table.setU64(expected + word * 8, bits);
    if (word === 0) {
      table.setU64(at + 96, bits);
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
      table.setU32(field + 48, index);
      table.setU32(place + 4, field);
    } else if (member.kind !== "constant") {
      table.setU32(place + 8, unionPlace.get(member.union) ?? 0);
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
  const words = Math.max(1, Math.ceil(members.length / 64));
  const firstName = table.getU32(names + 8);
  for (const [index, member] of members.entries()) {
    writeAction(table, firstName + index * NAME_SIZE, index, member, memberPlace(index));
    if (member.kind === "tag" || member.kind === "payload") {
      const state = FRAME_HEADER + unions.indexOf(member.union) * STATE_SIZE;
      table.setU32(firstName + index * NAME_SIZE + 88, state);
    }
    writeOutput(table, memberPlace(index), member);
  }
  const residue = table.allocate(FIELD_SIZE);
  writeResidueField(table, residue, mapping.residue.number);
  fields.push(residue);
  numbers.push(mapping.residue.number);

  const expected = writeExpected(table, at, members, words);
  table.setU32(at + 104, firstName);
  const isLarge = unions.length > 1 || words > 1;
  table.setU32(at + 108, isLarge ? 1 : 0);
  table.setU32(at + 112, isLarge || !isOrdered(members) ? STATE_NONE : unions.length);
  table.setU32(at + 116, FRAME_HEADER + unions.length * STATE_SIZE);
  table.setU32(at + 124, isOrdered(members) ? 0 : 1);
  table.setU32(at, KIND_OBJECT);
  table.setU32(at + 8, memberPlaces);
  table.setU32(at + 12, members.length);
  table.setU32(at + 16, names);
  table.setU32(at + 20, unionPlaces);
  table.setU32(at + 24, unions.length);
  table.setU32(at + 28, words);
  table.setU32(at + 32, align16(FRAME_HEADER + words * 8 * SETS + unions.length * STATE_SIZE));
  table.setU32(at + 36, expected);
  table.setU32(at + 40, residue);
  writeFieldIndex(table, at, fields, numbers, unions.length);
  for (const index of unions.keys()) {
    const oneof = oneofOffset(fields.length, index);
    const union = unionPlaces + index * UNION_SIZE;
    table.setU32(union + 36, oneof);
    for (const field of armPlaces.get(union) ?? []) {
      table.setU32(field + 76, oneof);
    }
  }
}

/** Whether members in the order of the schema are fields in the order of their numbers. */
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

const ACTION = {
  string: 1,
  integer: 2,
  message: 3,
  constant: 4,
  tag: 5,
  payload: 6,
  enum: 7,
  list: 8,
  array: 9,
} as const;

/** Null is not as simple here as that the field is unset. */
const PRESENCE_OTHER = 0;

function isObject(value: ValueMapping): boolean {
  return value.kind === "message" && value.message.kind === "object";
}

function payloadAction(value: ValueMapping): number {
  if (value.kind !== "message") {
    return 0;
  }
  const { kind } = value.message;
  return kind === "object" ? ACTION.payload : kind === "array" ? ACTION.array : 0;
}

/** Writes beside a member's name what the kernel needs to read it. */
function writeAction(
  table: TableBuilder,
  at: number,
  index: number,
  member: MemberMapping,
  place: number,
): void {
  table.setU32(at + 72, index);
  if (index >= 64) {
    // Members beyond the first word are counted elsewhere.
    return;
  }
  table.setU64(at + 64, 1n << BigInt(index));
  if (member.kind === "constant") {
    table.setU8(at + 52, ACTION.constant);
    table.setU32(at + 76, table.getU32(table.getU32(place + 20) + 8));
    return;
  }
  if (member.kind === "tag") {
    table.setU8(at + 52, ACTION.tag);
    const tags = table.getU32(table.getU32(place + 8) + 8);
    table.setU32(at + 92, tags);
    writeNextMembers(table, tags, member.union.arms.length, at, index);
    return;
  }
  const field = table.getU32(place + 4);
  if (member.kind === "payload") {
    if (member.arm !== undefined) {
      table.setU8(at + 52, payloadAction(member.arm.value));
      table.setU32(at + 76, field);
    }
    // The absence of a payload, and null, are the union's matter.
    table.setU8(at + 53, PRESENCE_OTHER);
    return;
  }
  const { kind } = member.value;
  if (kind === "string" || kind === "integer" || kind === "enum") {
    table.setU8(at + 52, ACTION[kind]);
    table.setU32(at + 92, kind === "enum" ? table.getU32(field + 20) : 0);
  } else if (isObject(member.value)) {
    table.setU8(at + 52, ACTION.message);
  } else if (member.value.kind === "list" && isObject(member.value.element)) {
    table.setU8(at + 52, ACTION.list);
  }
  const holdsNull = kind === "verbatim" || kind === "any";
  table.setU8(at + 53, holdsNull ? PRESENCE_OTHER : table.getU8(field + 1));
  table.setU8(at + 54, table.getU32(field + 4));
  table.setU8(at + 55, table.getU8(field + 3));
  table.setU64(at + 56, table.getU64(field + 8));
  table.setU32(at + 76, field);
  table.setU32(at + 84, table.getU8(field + 2) & 1);
}

/** Writes beside each tag the member before its payload, or, unless the payload comes later, the tag itself. */
function writeNextMembers(
  table: TableBuilder,
  tags: number,
  count: number,
  member: number,
  index: number,
): void {
  for (let tag = 0; tag < count; tag++) {
    const entry = table.getU32(tags + 8) + tag * NAME_SIZE;
    const payload = table.getU32(table.getU32(entry + 44) + 48);
    const isLater = payload > index && payload < NO_MEMBER;
    table.setU32(entry + 76, member + (isLater ? payload - index - 1 : 0) * NAME_SIZE);
  }
}

/** What stands for the index of a member where there is none. */
const NO_MEMBER = 0xffffffff;

const MISSING_MEMBER = 7;
const UNKNOWN_VALUE = 10;
const INVALID_RESIDUE = 14;

/** Writes what stands for a member while it is unset: its text, or why there is none. */
function writeUnset(table: TableBuilder, place: number, member: MemberMapping): void {
  if (member.kind !== "field") {
    return;
  }
  const value = unsetText(member);
  if (typeof value === "number") {
    table.setU8(place + 1, value);
  } else if (value !== undefined) {
    const text = textBytes(`,${JSON.stringify(member.name)}:${value}`);
    table.setU32(place + 24, table.addBytes(text));
    table.setU32(place + 28, text.length);
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
      return '""';
    case "boolean":
      return "false";
    case "double":
    case "integer":
      return "0";
    case "enum": {
      const string = value.stringByNumber.get(0);
      return string === undefined ? UNKNOWN_VALUE : JSON.stringify(string);
    }
    case "verbatim":
      return field.presence === FeatureSet_FieldPresence.IMPLICIT
        ? INVALID_RESIDUE
        : MISSING_MEMBER;
    case "any":
    case "message":
      return MISSING_MEMBER;
  }
}

function align16(size: number): number {
  return Math.ceil(size / 16) * 16;
}

/** Whether the absence of a member is noted or refused, apart from unions. */
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
    table.setU32(field + 48, index);
    table.setU32(field + 52, at);
    const text = textBytes(`,${JSON.stringify(union.tag)}:${JSON.stringify(arm.tagValue)}`);
    table.setU32(field + 56, table.addBytes(text));
    table.setU32(field + 60, text.length);
    if (union.shape === "tagged") {
      table.setU32(memberPlace(index) + 4, field);
    }
    return { name: arm.tagValue, value: field };
  });
  table.setU32(at, union.shape === "adjacent" ? 1 : 0);
  table.setU32(at + 4, union.tagPresence === "optional" ? 1 : 0);
  table.setU32(at + 8, addNames(table, tags));
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
    table.setU32(other + 48, content);
    table.setU32(other + 52, at);
    table.setU32(at + 12, other);
    for (const [offset, inner, kind] of [
      [16, tagField, "string"],
      [20, contentField, "verbatim"],
    ] as const) {
      const place = table.allocate(FIELD_SIZE);
      writeField(context, place, placeOf(inner, "optional", { kind }));
      table.setU32(at + offset, place);
    }
  }
  table.setU32(at + 24, indexOf("tag", union.tag));
  table.setU32(at + 28, union.content === undefined ? 0 : indexOf("payload", union.content));
  table.setU32(at + 32, unionIndex);
}

/** The place, behind the slots of the fields, where the set arm of a oneof is noted. */
function oneofOffset(fields: number, index: number): number {
  return (fields + index) * SLOT_SIZE;
}

/** Writes how a field's record is found by its number. */
export function writeFieldIndex(
  table: TableBuilder,
  at: number,
  fields: readonly number[],
  numbers: readonly number[],
  oneofs: number,
): void {
  const list = table.allocate(fields.length * 4);
  const small = numbers.filter((number) => number < DIRECT_LIMIT);
  // A tag of one byte has a number below 16.
  const directSize = Math.max(15, ...small) + 1;
  const direct = table.allocate(directSize * 4);
  const sparse: [number, number][] = [];
  for (const [slot, field] of fields.entries()) {
    const number = numbers[slot] ?? 0;
    table.setU32(field + 24, slot * SLOT_SIZE);
    table.setU32(list + slot * 4, field);
    if (number < DIRECT_LIMIT) {
      table.setU32(direct + number * 4, field);
    } else {
      sparse.push([number, field]);
    }
  }
  const sparsePlace = table.allocate(Math.max(1, sparse.length) * 8);
  for (const [index, [number, field]] of sparse.sort(([a], [b]) => a - b).entries()) {
    table.setU32(sparsePlace + index * 8, number);
    table.setU32(sparsePlace + index * 8 + 4, field);
  }
  table.setU32(at + 44, list);
  table.setU32(at + 48, fields.length);
  table.setU32(at + 52, direct);
  table.setU32(at + 56, directSize);
  table.setU32(at + 60, sparsePlace);
  table.setU32(at + 64, sparse.length);
  table.setU32(at + 68, oneofOffset(fields.length, oneofs));
}

/** Writes the record of a message that is an array. */
export function writeArray(context: TableContext, at: number, place: FieldPlace): void {
  const { table } = context;
  const field = table.allocate(FIELD_SIZE);
  writeField(context, field, place);
  table.setU32(at, KIND_ARRAY);
  table.setU32(at + 8, field);
  writeFieldIndex(table, at, [field], [place.number], 0);
}

/** Writes the record of a message that is the payload of its arm. */
export function writeInline(context: TableContext, at: number, mapping: InlineMapping): void {
  const { table } = context;
  const presence: MemberPresence = "required";
  const fields: number[] = [];
  const numbers: number[] = [];
  const constants: { name: string; value: number }[] = [];
  for (const arm of mapping.arms) {
    const field = table.allocate(FIELD_SIZE);
    writeField(context, field, placeOf(arm.field, presence, arm.payload));
    fields.push(field);
    numbers.push(arm.field.number);
    if (arm.constant !== undefined) {
      constants.push({ name: arm.constant, value: field });
    } else if (arm.adjacentTag !== undefined) {
      table.setU32(at + 80, field);
      table.setU32(at + 84, addNames(table, [{ name: arm.adjacentTag, value: 0 }]));
    }
  }
  if (mapping.otherArm !== undefined) {
    const field = table.allocate(FIELD_SIZE);
    writeField(context, field, placeOf(mapping.otherArm, presence, { kind: "verbatim" }));
    fields.push(field);
    numbers.push(mapping.otherArm.number);
    table.setU32(at + 88, field);
  }
  table.setU32(at, KIND_INLINE);
  table.setU32(at + 72, addNames(table, [{ name: mapping.tag, value: 0 }]));
  table.setU32(at + 76, addNames(table, constants));
  writeFieldIndex(table, at, fields, numbers, 1);
  const oneof = oneofOffset(fields.length, 0);
  table.setU32(at + 92, oneof);
  for (const field of fields) {
    table.setU32(field + 76, oneof);
  }
}
