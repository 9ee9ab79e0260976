import type { MemberMapping, ObjectMapping, UnionMapping } from "@stepwire/mapping";
import {
  FIELD_MEMBER_INDEX,
  FIELD_ONEOF,
  FIELD_SIZE,
  FRAME_SETS,
  FRAME_STATES,
  KIND_ARRAY,
  KIND_OBJECT,
  MEMBER_FIELD,
  MEMBER_SIZE,
  MEMBER_UNION,
  MESSAGE_DONE,
  MESSAGE_EXPECTED,
  MESSAGE_EXPECTED_BITS,
  MESSAGE_FIRST_NAME,
  MESSAGE_FRAME,
  MESSAGE_KIND,
  MESSAGE_LARGE,
  MESSAGE_MEMBER_COUNT,
  MESSAGE_MEMBERS,
  MESSAGE_NAMES,
  MESSAGE_ORDER,
  MESSAGE_PIECES,
  MESSAGE_RESIDUE,
  MESSAGE_SETS,
  MESSAGE_UNION_COUNT,
  MESSAGE_UNIONS,
  MESSAGE_WORDS,
  NAME_PIECE,
  NAME_SIZE,
  NAME_STATE,
  NAMES_ENTRIES,
  ORDER_ALWAYS,
  ORDER_PASS,
  ORDER_PIECES,
  PIECE_SIZE,
  STATE_SIZE,
  UNION_ONEOF,
  UNION_SIZE,
} from "../built/layout.js";
import { WORD_BITS, writeAction } from "./action.js";
import { ALIGNMENT, type TableBuilder } from "./builder.js";
import {
  type FieldPlace,
  placeOf,
  type TableContext,
  writeField,
  writeResidueField,
} from "./field.js";
import { oneofOffset, writeFieldIndex } from "./field-index.js";
import { writeMember, writeUnset } from "./member.js";
import { addMemberNames } from "./names.js";
import { writeForms } from "./output.js";
import { writeUnion } from "./union.js";

/** Differs from every state of a payload. */
const STATE_NONE = 255;

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
  const names = addMemberNames(
    table,
    members.map(({ name }, index) => ({ name, value: memberPlace(index) })),
  );
  const words = Math.max(1, Math.ceil(members.length / WORD_BITS));
  const firstName = table.getU32(names + NAMES_ENTRIES);
  const sets = FRAME_STATES + unions.length * STATE_SIZE;
  const pieces = sets + words * 8 * FRAME_SETS;
  for (const [index, member] of members.entries()) {
    // Members after the first word share a piece, which is not used.
    const piece = pieces + Math.min(index, WORD_BITS) * PIECE_SIZE;
    table.setU16(firstName + index * NAME_SIZE + NAME_PIECE, piece);
    writeAction(table, firstName + index * NAME_SIZE, index, member, memberPlace(index));
    if (member.kind === "tag" || member.kind === "payload") {
      const state = FRAME_STATES + unions.indexOf(member.union) * STATE_SIZE;
      table.setU32(firstName + index * NAME_SIZE + NAME_STATE, state);
    }
  }
  const residue = table.allocate(FIELD_SIZE);
  writeResidueField(table, residue, mapping.residue.number);
  fields.push(residue);
  numbers.push(mapping.residue.number);

  const expected = writeExpected(table, at, members, words);
  table.setU32(at + MESSAGE_FIRST_NAME, firstName);
  const isLarge = unions.length > 1 || words > 1;
  table.setU32(at + MESSAGE_LARGE, isLarge ? 1 : 0);
  const order = orderOf(mapping, words);
  table.setU32(at + MESSAGE_ORDER, order);
  table.setU32(at + MESSAGE_DONE, isLarge || order === ORDER_ALWAYS ? STATE_NONE : unions.length);
  table.setU32(at + MESSAGE_SETS, sets);
  table.setU32(at + MESSAGE_PIECES, pieces);
  table.setU32(at + MESSAGE_KIND, KIND_OBJECT);
  table.setU32(at + MESSAGE_MEMBERS, memberPlaces);
  table.setU32(at + MESSAGE_MEMBER_COUNT, members.length);
  table.setU32(at + MESSAGE_NAMES, names);
  table.setU32(at + MESSAGE_UNIONS, unionPlaces);
  table.setU32(at + MESSAGE_UNION_COUNT, unions.length);
  table.setU32(at + MESSAGE_WORDS, words);
  table.setU32(
    at + MESSAGE_FRAME,
    align(pieces + Math.min(members.length, WORD_BITS + 1) * PIECE_SIZE),
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
  const byNumber = new Map(numbers.map((number, index) => [number, fields[index] ?? 0]));
  writeForms(table, at, mapping, {
    memberPlace,
    armPlace: ({ field }) => byNumber.get(field.number) ?? 0,
  });
}

/** Returns how the fields are sorted if the members come in another order than the schema's. */
function orderOf(mapping: ObjectMapping, words: number): number {
  if (!isOrdered(mapping)) {
    return ORDER_ALWAYS;
  }
  return words > 1 ? ORDER_PASS : ORDER_PIECES;
}

/**
 * Whether members in the order of the schema give fields in the order of their numbers, and the
 * residue last. The tag and the payloads of a union give one field together.
 */
function isOrdered({ members, residue }: ObjectMapping): boolean {
  let largest = 0;
  let previous: UnionMapping | undefined;
  for (const member of members) {
    if (member.kind === "constant") {
      continue;
    }
    const union = member.kind === "field" ? undefined : member.union;
    if (union === undefined || union !== previous) {
      const numbers = member.kind === "field" ? [member.field.number] : numbersOf(member.union);
      if (Math.min(...numbers) <= largest) {
        return false;
      }
      largest = Math.max(...numbers);
    }
    previous = union;
  }
  return largest < residue.number;
}

function numbersOf({ arms, otherArm }: UnionMapping): readonly number[] {
  const fields = arms.map(({ field }) => field);
  return [...fields, ...(otherArm === undefined ? [] : [otherArm.field])].map(
    ({ number }) => number,
  );
}

/** Whether the absence of a member is recorded or refused, other than by a union. */
function isExpected(member: MemberMapping): boolean {
  return member.kind === "constant" || (member.kind === "field" && member.presence !== "optional");
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

function align(size: number): number {
  return Math.ceil(size / ALIGNMENT) * ALIGNMENT;
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
