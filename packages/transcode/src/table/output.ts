import { WireType } from "@bufbuild/protobuf/wire";
import type { MemberMapping, ValueMapping } from "@stepwire/mapping";
import {
  ENCODING_FORM,
  ENCODING_VARINT,
  FIELD_ENCODING,
  FIELD_FLAGS,
  FIELD_TAG,
  FIELD_TAG_LENGTH,
  FIELD_WIRE,
  FLAG_IMPLICIT,
  MEMBER_ARM,
  MEMBER_ENCODING,
  MEMBER_FIELD,
  MEMBER_IMPLICIT,
  MEMBER_KEY_LENGTH,
  MEMBER_OUTPUT,
  MEMBER_RECORD,
  MEMBER_RECORD_IS_LONG,
  MEMBER_ROOM,
  MEMBER_TEXT_COUNT,
  MEMBER_TEXT_ENTRY_LENGTH,
  MEMBER_TEXT_ENTRY_SIZE,
  MEMBER_TEXT_ENTRY_TEXT,
  MEMBER_TEXT_LENGTH,
  MEMBER_TEXTS,
  OUTPUT_BY_KIND,
  OUTPUT_CONSTANT,
  OUTPUT_INTEGER,
  OUTPUT_OTHER,
  OUTPUT_PAYLOAD,
  OUTPUT_RECORD,
  OUTPUT_STRING,
  OUTPUT_TAG,
  OUTPUT_TEXT,
} from "../built/layout.js";
import type { TableBuilder } from "./builder.js";
import { textBytes } from "./field.js";
import { oneByteTag, textArmOf } from "./text-arm.js";

/**
 * The room for a value whose text is not in the table: a number, or a short string in which every
 * character is escaped.
 */
const OUTPUT_ROOM = 320;
/** How the kernel writes members that are not fields. */
const OUTPUT = {
  constant: OUTPUT_CONSTANT,
  tag: OUTPUT_TAG,
  payload: OUTPUT_PAYLOAD,
} as const;
/** For enum numbers below this, the table holds the text of the whole member. */
const TEXT_LIMIT = 64;

/**
 * Writes the part of a member's record that lets the kernel write the member without reading its
 * field's record.
 */
export function writeOutput(table: TableBuilder, place: number, member: MemberMapping): void {
  const lengths = [
    table.getU32(place + MEMBER_KEY_LENGTH),
    table.getU32(place + MEMBER_TEXT_LENGTH),
  ];
  if (member.kind === "field") {
    const field = table.getU32(place + MEMBER_FIELD);
    const output = fieldOutput(table, field, member.value);
    table.setU8(place + MEMBER_OUTPUT, output);
    table.setU8(place + MEMBER_IMPLICIT, table.getU8(field + FIELD_FLAGS) & FLAG_IMPLICIT);
    table.setU8(place + MEMBER_ENCODING, table.getU8(field + FIELD_ENCODING));
    const isShort = table.getU32(field + FIELD_TAG_LENGTH) === 1;
    table.setU8(place + MEMBER_RECORD, isShort ? table.getU8(field + FIELD_TAG) : 0);
    table.setU8(place + MEMBER_RECORD_IS_LONG, isShort ? 0 : 1);
    const arm = textArmOf(member.value);
    if (arm !== undefined) {
      table.setU8(place + MEMBER_ARM, oneByteTag(arm));
    }
    if (output === OUTPUT_TEXT) {
      lengths.push(...writeTexts(table, place, member.name, member.value));
    }
  } else {
    table.setU8(place + MEMBER_OUTPUT, OUTPUT[member.kind]);
  }
  table.setU32(place + MEMBER_ROOM, Math.max(...lengths) + OUTPUT_ROOM);
}

function fieldOutput(table: TableBuilder, field: number, value: ValueMapping): number {
  switch (value.kind) {
    case "string":
      return OUTPUT_STRING;
    case "integer":
      return (table.getU8(field + FIELD_ENCODING) & ENCODING_FORM) === ENCODING_VARINT
        ? OUTPUT_INTEGER
        : OUTPUT_RECORD;
    case "enum":
    case "boolean":
      return OUTPUT_TEXT;
    case "message":
      return textArmOf(value) === undefined ? OUTPUT_RECORD : OUTPUT_BY_KIND;
    case "list":
      // The elements of other lists may be packed in one record.
      return table.getU8(field + FIELD_WIRE) === WireType.LengthDelimited
        ? OUTPUT_RECORD
        : OUTPUT_OTHER;
    default:
      return OUTPUT_RECORD;
  }
}

/** Writes the text of a member for each of its values. Returns the lengths. */
function writeTexts(
  table: TableBuilder,
  place: number,
  name: string,
  value: ValueMapping,
): readonly number[] {
  const strings =
    value.kind === "enum"
      ? new Map([...value.stringByNumber].map(([number, text]) => [number, JSON.stringify(text)]))
      : new Map([
          [0, "false"],
          [1, "true"],
        ]);
  const known = [...strings.keys()].filter((number) => number >= 0 && number < TEXT_LIMIT);
  const count = Math.max(-1, ...known) + 1;
  const texts = table.allocate(Math.max(1, count) * MEMBER_TEXT_ENTRY_SIZE);
  table.setU32(place + MEMBER_TEXTS, texts);
  table.setU32(place + MEMBER_TEXT_COUNT, count);
  return known.map((number) => {
    const text = textBytes(`,${JSON.stringify(name)}:${strings.get(number)}`);
    const entry = texts + number * MEMBER_TEXT_ENTRY_SIZE;
    table.setU32(entry + MEMBER_TEXT_ENTRY_TEXT, table.addBytes(text));
    table.setU32(entry + MEMBER_TEXT_ENTRY_LENGTH, text.length);
    return text.length;
  });
}
