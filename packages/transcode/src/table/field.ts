import type { DescField } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import type { EnumMapping, IntegerType, MemberPresence, ValueMapping } from "@stepwire/mapping";
import type { TableBuilder } from "./builder.js";
import { addNames } from "./names.js";

export const FIELD_SIZE = 96;

const KIND = {
  string: 0,
  boolean: 1,
  double: 2,
  integer: 3,
  enum: 4,
  verbatim: 5,
  any: 6,
  message: 7,
} as const;
const KIND_RESIDUE = 8;

const PRESENCE: Readonly<Record<MemberPresence, number>> = {
  required: 0,
  nullable: 1,
  optional: 2,
};

const FLAG_IMPLICIT = 1;
const FLAG_PACKED = 2;
const FLAG_ARM = 4;

const LIST = 1;
const MAP = 2;

const VARINT = 0;
const FIXED_64 = 1;
export const DELIMITED = 2;
const FIXED_32 = 5;

const ENCODING_VARINT = 0;
const ENCODING_ZIGZAG = 1;
const ENCODING_FIXED_32 = 2;
const ENCODING_FIXED_64 = 3;
const ENCODING_32_BITS = 4;
const ENCODING_SIGNED = 8;

const INTEGERS: Readonly<Record<IntegerType, number>> = {
  int32: ENCODING_VARINT | ENCODING_32_BITS | ENCODING_SIGNED,
  uint32: ENCODING_VARINT | ENCODING_32_BITS,
  sint32: ENCODING_ZIGZAG | ENCODING_32_BITS | ENCODING_SIGNED,
  fixed32: ENCODING_FIXED_32 | ENCODING_32_BITS,
  sfixed32: ENCODING_FIXED_32 | ENCODING_32_BITS | ENCODING_SIGNED,
  int64: ENCODING_VARINT | ENCODING_SIGNED,
  uint64: ENCODING_VARINT,
  sint64: ENCODING_ZIGZAG | ENCODING_SIGNED,
  fixed64: ENCODING_FIXED_64,
  sfixed64: ENCODING_FIXED_64 | ENCODING_SIGNED,
};

/** What a table has one of, whatever refers to it. */
export interface TableContext {
  readonly table: TableBuilder;
  readonly enums: Map<EnumMapping, EnumPlaces>;
  /** The place of a message's record, which may be filled in later. */
  message(value: ValueMapping & { readonly kind: "message" }): number;
}

interface EnumPlaces {
  readonly names: number;
  readonly strings: number;
  readonly count: number;
}

/** How a field stands in its message. */
export interface FieldPlace {
  readonly number: number;
  readonly presence: MemberPresence;
  readonly value: ValueMapping;
  /** A scalar that is not written while it is zero. */
  readonly implicit: boolean;
  readonly packed: boolean;
  readonly arm: boolean;
}

export function placeOf(
  field: DescField,
  presence: MemberPresence,
  value: ValueMapping,
): FieldPlace {
  return {
    number: field.number,
    presence,
    value,
    implicit: field.presence === FeatureSet_FieldPresence.IMPLICIT && field.oneof === undefined,
    packed: field.fieldKind === "list" && field.packed,
    arm: field.oneof !== undefined,
  };
}

/** Writes the record of a field at its place. */
export function writeField(context: TableContext, at: number, field: FieldPlace): void {
  const { table } = context;
  const { value, number, presence } = field;
  const single = value.kind === "list" ? value.element : value.kind === "map" ? value.value : value;
  table.setU8(at, KIND[single.kind]);
  table.setU8(at + 1, PRESENCE[presence]);
  const isSingular = value.kind !== "list" && value.kind !== "map";
  table.setU8(
    at + 2,
    (field.implicit && isSingular ? FLAG_IMPLICIT : 0) |
      (field.packed ? FLAG_PACKED : 0) |
      (field.arm ? FLAG_ARM : 0),
  );
  table.setU32(at + 16, number);
  let wire = DELIMITED;
  switch (single.kind) {
    case "boolean":
      wire = VARINT;
      break;
    case "double":
      wire = FIXED_64;
      break;
    case "integer": {
      const encoding = INTEGERS[single.type];
      table.setU8(at + 3, encoding);
      table.setU64(at + 32, single.maximum);
      table.setU64(at + 40, -single.minimum);
      wire =
        (encoding & 3) === ENCODING_FIXED_32
          ? FIXED_32
          : (encoding & 3) === ENCODING_FIXED_64
            ? FIXED_64
            : VARINT;
      break;
    }
    case "enum": {
      const places = enumPlaces(context, single);
      table.setU32(at + 20, places.names);
      table.setU32(at + 68, places.strings);
      table.setU32(at + 72, places.count);
      wire = VARINT;
      break;
    }
    case "message":
      table.setU32(at + 20, context.message(single));
      break;
  }
  table.setU8(at + 29, wire);
  table.setU8(at + 28, value.kind === "list" ? LIST : value.kind === "map" ? MAP : 0);
  const delimited = value.kind === "map" || field.packed;
  writeTag(table, at, number, delimited ? DELIMITED : wire);
  if (value.kind === "map") {
    const element = table.allocate(FIELD_SIZE);
    table.setU32(at + 64, element);
    writeField(context, element, {
      number: 2,
      presence: "required",
      value: value.value,
      implicit: false,
      packed: false,
      arm: false,
    });
  }
}

export function writeResidueField(table: TableBuilder, at: number, number: number): void {
  table.setU8(at, KIND_RESIDUE);
  table.setU32(at + 16, number);
  table.setU8(at + 29, DELIMITED);
  writeTag(table, at, number, DELIMITED);
}

function writeTag(table: TableBuilder, at: number, number: number, wire: number): void {
  let rest = number * 8 + wire;
  let place = at + 8;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    table.setU8(place++, (rest % 0x80) | 0x80);
  }
  table.setU8(place++, rest);
  table.setU32(at + 4, place - at - 8);
}

const ENUM_STRING_SIZE = 16;

function enumPlaces({ table, enums }: TableContext, mapping: EnumMapping): EnumPlaces {
  const known = enums.get(mapping);
  if (known !== undefined) {
    return known;
  }
  const names = addNames(
    table,
    [...mapping.numberByString].map(([name, value]) => ({ name, value: value >>> 0 })),
  );
  const byNumber = [...mapping.stringByNumber].sort(([a], [b]) => a - b);
  const strings = table.allocate(Math.max(1, byNumber.length) * ENUM_STRING_SIZE);
  for (const [index, [number, string]] of byNumber.entries()) {
    const text = jsonBytes(string);
    const at = strings + index * ENUM_STRING_SIZE;
    table.setU32(at, number >>> 0);
    table.setU32(at + 4, table.addBytes(text));
    table.setU32(at + 8, text.length);
  }
  const places = { names, strings, count: byNumber.length };
  enums.set(mapping, places);
  return places;
}

const encoder = new TextEncoder();

/** The bytes of a string as JSON text. */
export function jsonBytes(string: string): Uint8Array {
  return encoder.encode(JSON.stringify(string));
}

/** The bytes of text as it is. */
export function textBytes(text: string): Uint8Array {
  return encoder.encode(text);
}
