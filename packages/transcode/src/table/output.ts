import type { ArmMapping, MemberMapping, ObjectMapping, ValueMapping } from "@stepwire/mapping";
import {
  ENCODING_32,
  ENCODING_FORM,
  ENCODING_SIGNED,
  ENCODING_VARINT,
  FIELD_ENCODING,
  FIELD_FLAGS,
  FIELD_NUMBER,
  FIELD_TAG,
  FIELD_TAG_LENGTH,
  FIELD_TARGET,
  FIELD_UNION,
  FIELD_WIRE,
  FLAG_IMPLICIT,
  FLAG_PACKED,
  FORM_FIELD,
  FORM_FIRST,
  FORM_IMPLICIT,
  FORM_MAXIMUM,
  FORM_NEXT,
  FORM_NOTE,
  FORM_OUTPUT,
  FORM_SIZE,
  FORM_TAG,
  FORM_TARGET,
  FORM_TEXT,
  FORM_TEXT_ARM,
  FORM_TEXT_COUNT,
  FORM_TEXT_LENGTH,
  FORM_TEXTS,
  GAP_NEEDED,
  GAP_SIZE,
  GAP_TEXT,
  MEMBER_FIELD,
  MEMBER_KEY_LENGTH,
  MEMBER_REASON,
  MEMBER_ROOM,
  MEMBER_TEXT_LENGTH,
  MESSAGE_DIRECT_SIZE,
  MESSAGE_FORM_COUNT,
  MESSAGE_FORMS,
  MESSAGE_GAPS,
  MESSAGE_ROOM,
  NO_NOTE,
  NO_TAG,
  OUTPUT_INTEGER,
  OUTPUT_LIST,
  OUTPUT_MESSAGE,
  OUTPUT_OBJECT,
  OUTPUT_OTHER,
  OUTPUT_PACKED,
  OUTPUT_STRING,
  OUTPUT_TEXT,
  VALUE_TEXT_LENGTH,
  VALUE_TEXT_PLACE,
  VALUE_TEXT_SIZE,
} from "../built/layout.js";
import type { TableBuilder } from "./builder.js";
import { textBytes } from "./field.js";
import { unsetText } from "./member.js";

/** Room for a number, a word or brackets. */
const VALUE_ROOM = 64;
/** For enum numbers below this, the table holds the text of the whole member. */
const TEXT_LIMIT = 64;
/** The largest number whose digits the kernel writes in one step. */
const LARGEST_NUMBER = 10n ** 16n - 1n;

/** The places that the forms refer to. */
export interface ObjectPlaces {
  memberPlace(index: number): number;
  /** The place of an arm's field. */
  armPlace(arm: ArmMapping): number;
}

/**
 * Writes the forms of an object's records, with which the kernel writes the object in one pass,
 * and the text of members that are unset.
 */
export function writeForms(
  table: TableBuilder,
  at: number,
  { members }: ObjectMapping,
  { memberPlace, armPlace }: ObjectPlaces,
): void {
  const count = table.getU32(at + MESSAGE_DIRECT_SIZE);
  const forms = table.allocate(count * FORM_SIZE);
  for (let number = 0; number < count; number++) {
    table.setU32(forms + number * FORM_SIZE + FORM_TAG, NO_TAG);
  }
  table.setU32(at + MESSAGE_FORMS, forms);
  table.setU32(at + MESSAGE_FORM_COUNT, count);
  const writer = new FormWriter(table, forms, count);
  let room = writeGaps(table, at, members, memberPlace) + VALUE_ROOM;
  for (const [index, member] of members.entries()) {
    const place = memberPlace(index);
    const { first, text } = fixedBefore(members, index);
    let longest = 0;
    if (member.kind === "field") {
      const field = table.getU32(place + MEMBER_FIELD);
      const name = `${text},${JSON.stringify(member.name)}:`;
      longest = writer.write(field, member.value, name, first, index + 1);
    } else if (member.kind === "tag") {
      const next = afterPayloads(members, index);
      for (const arm of next === undefined ? [] : member.union.arms) {
        const tag = `${text},${JSON.stringify(member.name)}:${JSON.stringify(arm.tagValue)}`;
        const length =
          arm.name === undefined
            ? writer.writeEmpty(armPlace(arm), tag, first, next ?? 0)
            : writer.write(
                armPlace(arm),
                arm.value,
                `${tag},${JSON.stringify(arm.name)}:`,
                first,
                next ?? 0,
              );
        longest = Math.max(longest, length);
      }
    }
    room += longest + VALUE_ROOM;
    table.setU32(
      place + MEMBER_ROOM,
      VALUE_ROOM +
        Math.max(
          longest,
          table.getU32(place + MEMBER_KEY_LENGTH),
          table.getU32(place + MEMBER_TEXT_LENGTH),
        ),
    );
  }
  table.setU32(at + MESSAGE_ROOM, room);
}

/** Writes the texts of unset members. Returns their length. */
function writeGaps(
  table: TableBuilder,
  at: number,
  members: readonly MemberMapping[],
  memberPlace: (index: number) => number,
): number {
  const gaps = table.allocate((members.length + 1) * GAP_SIZE);
  const texts = members.map(unsetMemberText);
  const { place, length } = table.addText(texts.join(""));
  let end = place;
  let needed = 0;
  for (let index = 0; index <= members.length; index++) {
    const gap = gaps + index * GAP_SIZE;
    table.setU32(gap + GAP_TEXT, end);
    table.setU32(gap + GAP_NEEDED, needed);
    const member = members[index];
    if (member !== undefined) {
      end += textBytes(texts[index] ?? "").length;
      needed += isNeeded(table, member, memberPlace(index)) ? 1 : 0;
    }
  }
  table.setU32(at + MESSAGE_GAPS, gaps);
  return length;
}

function unsetMemberText(member: MemberMapping): string {
  if (member.kind === "constant") {
    return fixedText(member.name, member.value);
  }
  const text = member.kind === "field" ? unsetText(member) : undefined;
  return typeof text === "string" ? `,${JSON.stringify(member.name)}:${text}` : "";
}

function fixedText(name: string, value: string): string {
  return `,${JSON.stringify(name)}:${JSON.stringify(value)}`;
}

/** Whether a member that is unset has no canonical form. */
function isNeeded(table: TableBuilder, member: MemberMapping, place: number): boolean {
  return member.kind === "tag"
    ? member.union.tagPresence !== "optional"
    : table.getU8(place + MEMBER_REASON) !== 0;
}

/** Returns the text of the constants directly before a member, and the index of the first. */
function fixedBefore(
  members: readonly MemberMapping[],
  index: number,
): { readonly first: number; readonly text: string } {
  let first = index;
  let text = "";
  for (let before = members[first - 1]; before?.kind === "constant"; before = members[first - 1]) {
    text = fixedText(before.name, before.value) + text;
    first--;
  }
  return { first, text };
}

/**
 * Returns the index after the payloads of the union whose tag has this index; undefined if other
 * members are between them.
 */
function afterPayloads(members: readonly MemberMapping[], index: number): number | undefined {
  const tag = members[index];
  const union = tag?.kind === "tag" ? tag.union : undefined;
  const isPayload = (member: MemberMapping | undefined): boolean =>
    member?.kind === "payload" && member.union === union;
  const count = members.filter(isPayload).length;
  const next = index + 1 + count;
  return members.slice(index + 1, next).every(isPayload) ? next : undefined;
}

class FormWriter {
  readonly #table: TableBuilder;
  readonly #forms: number;
  readonly #count: number;

  constructor(table: TableBuilder, forms: number, count: number) {
    this.#table = table;
    this.#forms = forms;
    this.#count = count;
  }

  /** Writes the form of a field. Returns the length of its longest text. */
  write(field: number, value: ValueMapping, name: string, first: number, next: number): number {
    const table = this.#table;
    const output = outputOf(table, field, value);
    const form = this.#begin(field, output, first, next);
    if (form === undefined) {
      return 0;
    }
    if (output === OUTPUT_TEXT) {
      return this.#writeTexts(form, name, value);
    }
    if (output === OUTPUT_INTEGER || output === OUTPUT_PACKED) {
      table.setU64(form + FORM_MAXIMUM, largestOf(table.getU8(field + FIELD_ENCODING)));
    } else if (output === OUTPUT_OBJECT || output === OUTPUT_MESSAGE) {
      table.setU32(form + FORM_TARGET, table.getU32(field + FIELD_TARGET));
      table.setU32(form + FORM_TEXT_ARM, textTagOf(value));
    }
    return this.#setText(form, output === OUTPUT_STRING ? `${name}"` : name);
  }

  /** Writes the form of an arm without payload, whose record holds a zero. */
  writeEmpty(field: number, text: string, first: number, next: number): number {
    const form = this.#begin(field, OUTPUT_TEXT, first, next);
    if (form === undefined) {
      return 0;
    }
    this.#table.setU8(form + FORM_IMPLICIT, 0);
    return this.#writeValueTexts(form, new Map([[0, text]]));
  }

  /** Returns the place of the form, or undefined if the field has none. */
  #begin(field: number, output: number, first: number, next: number): number | undefined {
    const table = this.#table;
    const number = table.getU32(field + FIELD_NUMBER);
    if (number >= this.#count) {
      return undefined;
    }
    const form = this.#forms + number * FORM_SIZE;
    const isShort = table.getU32(field + FIELD_TAG_LENGTH) === 1;
    const low = table.getU8(field + FIELD_TAG);
    const high = table.getU8(field + FIELD_TAG + 1);
    table.setU16(form + FORM_TAG, isShort ? low : (low & 0x7f) | (high << 7));
    table.setU8(form + FORM_OUTPUT, output);
    table.setU8(form + FORM_IMPLICIT, table.getU8(field + FIELD_FLAGS) & FLAG_IMPLICIT);
    table.setU16(form + FORM_FIRST, first);
    table.setU16(form + FORM_NEXT, next);
    table.setU32(form + FORM_FIELD, field);
    const isArm = table.getU32(field + FIELD_UNION) !== 0;
    table.setU32(form + FORM_NOTE, isArm ? NO_NOTE : Math.min(next - 1, NO_NOTE));
    return form;
  }

  #setText(form: number, text: string): number {
    const { place, length } = this.#table.addText(text);
    this.#table.setU32(form + FORM_TEXT, place);
    this.#table.setU32(form + FORM_TEXT_LENGTH, length);
    return length;
  }

  /** Writes the text of a member for each of its values. Returns the longest length. */
  #writeTexts(form: number, name: string, value: ValueMapping): number {
    const strings =
      value.kind === "enum"
        ? new Map([...value.stringByNumber].map(([number, text]) => [number, JSON.stringify(text)]))
        : new Map([
            [0, "false"],
            [1, "true"],
          ]);
    const texts = [...strings].filter(([number]) => number >= 0 && number < TEXT_LIMIT);
    return this.#writeValueTexts(
      form,
      new Map(texts.map(([number, text]) => [number, `${name}${text}`])),
    );
  }

  #writeValueTexts(form: number, texts: ReadonlyMap<number, string>): number {
    const table = this.#table;
    const count = Math.max(-1, ...texts.keys()) + 1;
    const places = table.allocate(Math.max(1, count) * VALUE_TEXT_SIZE);
    table.setU32(form + FORM_TEXTS, places);
    table.setU32(form + FORM_TEXT_COUNT, count);
    let longest = 0;
    for (const [number, text] of texts) {
      const { place, length } = table.addText(text);
      const entry = places + number * VALUE_TEXT_SIZE;
      table.setU32(entry + VALUE_TEXT_PLACE, place);
      table.setU32(entry + VALUE_TEXT_LENGTH, length);
      longest = Math.max(longest, length);
    }
    return longest;
  }
}

const WIRE_DELIMITED = 2;
/** A field with a smaller number has a tag of one byte. */
const ONE_BYTE_LIMIT = 16;

function outputOf(table: TableBuilder, field: number, value: ValueMapping): number {
  switch (value.kind) {
    case "string":
      return OUTPUT_STRING;
    case "integer":
      return (table.getU8(field + FIELD_ENCODING) & ENCODING_FORM) === ENCODING_VARINT
        ? OUTPUT_INTEGER
        : OUTPUT_OTHER;
    case "enum":
    case "boolean":
      return OUTPUT_TEXT;
    case "message":
      return value.message.kind === "object" ? OUTPUT_OBJECT : OUTPUT_MESSAGE;
    case "list":
      if (table.getU8(field + FIELD_WIRE) === WIRE_DELIMITED) {
        return OUTPUT_LIST;
      }
      return (table.getU8(field + FIELD_FLAGS) & FLAG_PACKED) !== 0 &&
        value.element.kind === "integer" &&
        (table.getU8(field + FIELD_ENCODING) & ENCODING_FORM) === ENCODING_VARINT
        ? OUTPUT_PACKED
        : OUTPUT_OTHER;
    default:
      return OUTPUT_OTHER;
  }
}

/** Returns the tag of the arm for strings of a union by kind if it has one byte; else 0. */
function textTagOf(value: ValueMapping): number {
  const arm =
    value.kind === "message" && value.message.kind === "byKind"
      ? value.message.armByKind.get("string")
      : undefined;
  return arm?.value.kind === "string" && arm.field.number < ONE_BYTE_LIMIT
    ? arm.field.number * 8 + WIRE_DELIMITED
    : 0;
}

/** Larger varints of a type are negative, have bits that are dropped, or have too many digits. */
function largestOf(encoding: number): bigint {
  if ((encoding & ENCODING_32) === 0) {
    return LARGEST_NUMBER;
  }
  return (encoding & ENCODING_SIGNED) === 0 ? 0xffff_ffffn : 0x7fff_ffffn;
}
