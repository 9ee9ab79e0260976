import type { DescField } from "@bufbuild/protobuf";
import { WireType } from "@bufbuild/protobuf/wire";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import type { EnumMapping, IntegerType, MemberPresence, ValueMapping } from "@stepwire/mapping";
import { takesNull } from "@stepwire/mapping/internal";
import {
  EMPTY_WRITTEN,
  ENCODING_32,
  ENCODING_FIXED32,
  ENCODING_FIXED64,
  ENCODING_FORM,
  ENCODING_SIGNED,
  ENCODING_VARINT,
  ENCODING_ZIGZAG,
  ENUM_STRING_LENGTH,
  ENUM_STRING_NUMBER,
  ENUM_STRING_SIZE,
  ENUM_STRING_TEXT,
  FIELD_ANY,
  FIELD_BOOLEAN,
  FIELD_BYTES,
  FIELD_CONTAINER,
  FIELD_DOUBLE,
  FIELD_ENCODING,
  FIELD_ENUM,
  FIELD_FLAGS,
  FIELD_INTEGER,
  FIELD_KIND,
  FIELD_MAXIMUM,
  FIELD_MESSAGE,
  FIELD_MINIMUM,
  FIELD_NULL,
  FIELD_NUMBER,
  FIELD_PRESENCE,
  FIELD_RESIDUE,
  FIELD_SIZE,
  FIELD_STRING,
  FIELD_STRING_COUNT,
  FIELD_STRINGS,
  FIELD_TAG,
  FIELD_TAG_LENGTH,
  FIELD_TARGET,
  FIELD_VALUE,
  FIELD_VERBATIM,
  FIELD_WIRE,
  FLAG_ARM,
  FLAG_HOLDS_NULL,
  FLAG_IMPLICIT,
  FLAG_PACKED,
  LIST,
  MAP,
  NULLABLE,
  OPTIONAL,
  REQUIRED,
  SINGULAR,
} from "../built/layout.js";
import type { TableBuilder } from "./builder.js";
import { addNames } from "./names.js";

const KIND = {
  string: FIELD_STRING,
  bytes: FIELD_BYTES,
  null: FIELD_NULL,
  boolean: FIELD_BOOLEAN,
  double: FIELD_DOUBLE,
  integer: FIELD_INTEGER,
  enum: FIELD_ENUM,
  verbatim: FIELD_VERBATIM,
  any: FIELD_ANY,
  message: FIELD_MESSAGE,
} as const;

const PRESENCE: Readonly<Record<MemberPresence, number>> = {
  required: REQUIRED,
  nullable: NULLABLE,
  optional: OPTIONAL,
  empty: EMPTY_WRITTEN,
};

const INTEGERS: Readonly<Record<IntegerType, number>> = {
  int32: ENCODING_VARINT | ENCODING_32 | ENCODING_SIGNED,
  uint32: ENCODING_VARINT | ENCODING_32,
  sint32: ENCODING_ZIGZAG | ENCODING_32 | ENCODING_SIGNED,
  fixed32: ENCODING_FIXED32 | ENCODING_32,
  sfixed32: ENCODING_FIXED32 | ENCODING_32 | ENCODING_SIGNED,
  int64: ENCODING_VARINT | ENCODING_SIGNED,
  uint64: ENCODING_VARINT,
  sint64: ENCODING_ZIGZAG | ENCODING_SIGNED,
  fixed64: ENCODING_FIXED64,
  sfixed64: ENCODING_FIXED64 | ENCODING_SIGNED,
};

/** The number of the value's field in an entry of a map. */
const MAP_VALUE = 2;

/** State that is shared by all records of a table. */
export interface TableContext {
  readonly table: TableBuilder;
  readonly enums: Map<EnumMapping, EnumPlaces>;
  /** Returns the place of a message's record, which may be filled in later. */
  message(value: ValueMapping & { readonly kind: "message" }): number;
}

interface EnumPlaces {
  readonly names: number;
  readonly strings: number;
  readonly count: number;
}

/** The properties of a field that its record needs. */
export interface FieldPlace {
  readonly number: number;
  readonly presence: MemberPresence;
  readonly value: ValueMapping;
  /** Whether it is a scalar without presence: zero is not written. */
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

function flagsOf({ implicit, packed, arm, presence, value }: FieldPlace): number {
  const isSingular = value.kind !== "list" && value.kind !== "map";
  return (
    (implicit && isSingular ? FLAG_IMPLICIT : 0) |
    (packed ? FLAG_PACKED : 0) |
    (arm ? FLAG_ARM : 0) |
    (presence === "required" && takesNull(value) ? FLAG_HOLDS_NULL : 0)
  );
}

/** Writes the record of a field at its place. */
export function writeField(context: TableContext, at: number, field: FieldPlace): void {
  const { table } = context;
  const { value, number, presence } = field;
  const single = value.kind === "list" ? value.element : value.kind === "map" ? value.value : value;
  table.setU8(at + FIELD_KIND, KIND[single.kind]);
  table.setU8(at + FIELD_PRESENCE, PRESENCE[presence]);
  table.setU8(at + FIELD_FLAGS, flagsOf(field));
  table.setU32(at + FIELD_NUMBER, number);
  let wire: number = WireType.LengthDelimited;
  switch (single.kind) {
    case "boolean":
    case "null":
      wire = WireType.Varint;
      break;
    case "double":
      wire = WireType.Bit64;
      break;
    case "integer": {
      const encoding = INTEGERS[single.type];
      table.setU8(at + FIELD_ENCODING, encoding);
      table.setU64(at + FIELD_MAXIMUM, single.maximum);
      table.setU64(at + FIELD_MINIMUM, -single.minimum);
      wire =
        (encoding & ENCODING_FORM) === ENCODING_FIXED32
          ? WireType.Bit32
          : (encoding & ENCODING_FORM) === ENCODING_FIXED64
            ? WireType.Bit64
            : WireType.Varint;
      break;
    }
    case "enum": {
      const places = enumPlaces(context, single);
      table.setU8(at + FIELD_ENCODING, INTEGERS.int32);
      table.setU32(at + FIELD_TARGET, places.names);
      table.setU32(at + FIELD_STRINGS, places.strings);
      table.setU32(at + FIELD_STRING_COUNT, places.count);
      wire = WireType.Varint;
      break;
    }
    case "message":
      table.setU32(at + FIELD_TARGET, context.message(single));
      break;
  }
  table.setU8(at + FIELD_WIRE, wire);
  const container = value.kind === "list" ? LIST : value.kind === "map" ? MAP : SINGULAR;
  table.setU8(at + FIELD_CONTAINER, container);
  const delimited = value.kind === "map" || field.packed;
  writeTag(table, at, number, delimited ? WireType.LengthDelimited : wire);
  if (value.kind === "map") {
    const element = table.allocate(FIELD_SIZE);
    table.setU32(at + FIELD_VALUE, element);
    writeField(context, element, {
      number: MAP_VALUE,
      presence: "required",
      value: value.value,
      implicit: false,
      packed: false,
      arm: false,
    });
  }
}

export function writeResidueField(table: TableBuilder, at: number, number: number): void {
  table.setU8(at + FIELD_KIND, FIELD_RESIDUE);
  table.setU32(at + FIELD_NUMBER, number);
  table.setU8(at + FIELD_WIRE, WireType.LengthDelimited);
  writeTag(table, at, number, WireType.LengthDelimited);
}

function writeTag(table: TableBuilder, at: number, number: number, wire: number): void {
  let rest = number * 8 + wire;
  let place = at + FIELD_TAG;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) {
    table.setU8(place++, (rest % 0x80) | 0x80);
  }
  table.setU8(place++, rest);
  table.setU32(at + FIELD_TAG_LENGTH, place - at - FIELD_TAG);
}

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
    const text = table.addText(JSON.stringify(string));
    const at = strings + index * ENUM_STRING_SIZE;
    table.setU32(at + ENUM_STRING_NUMBER, number >>> 0);
    table.setU32(at + ENUM_STRING_TEXT, text.place);
    table.setU32(at + ENUM_STRING_LENGTH, text.length);
  }
  const places = { names, strings, count: byNumber.length };
  enums.set(mapping, places);
  return places;
}

const encoder = new TextEncoder();

/** Returns text in UTF-8. */
export function textBytes(text: string): Uint8Array {
  return encoder.encode(text);
}
