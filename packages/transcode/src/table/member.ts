import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import type { FieldMember, MemberMapping } from "@stepwire/mapping";
import { ViolationCode, writesEmpty } from "@stepwire/mapping/internal";
import {
  MEMBER_CONSTANT,
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
  MEMBER_TEXT,
  MEMBER_TEXT_LENGTH,
} from "../built/layout.js";
import type { TableBuilder } from "./builder.js";
import { addNames } from "./names.js";

const KIND_OF_MEMBER = {
  field: MEMBER_IS_FIELD,
  constant: MEMBER_IS_CONSTANT,
  tag: MEMBER_IS_TAG,
  payload: MEMBER_IS_PAYLOAD,
} as const;

/** Writes a member's own properties: its kind and name, and the string of a constant. */
export function writeMember(table: TableBuilder, place: number, member: MemberMapping): void {
  table.setU8(
    place + MEMBER_KIND,
    member.kind === "payload" && member.union.shape === "adjacent"
      ? MEMBER_IS_CONTENT
      : KIND_OF_MEMBER[member.kind],
  );
  const key = table.addText(`,${JSON.stringify(member.name)}:`);
  table.setU32(place + MEMBER_KEY, key.place);
  table.setU32(place + MEMBER_KEY_LENGTH, key.length);
  if (member.kind === "constant") {
    table.setU8(place + MEMBER_OPTIONAL, member.presence === "optional" ? 1 : 0);
    table.setU32(place + MEMBER_CONSTANT, addNames(table, [{ name: member.value, value: 0 }]));
    const text = table.addText(`,${JSON.stringify(member.name)}:${JSON.stringify(member.value)}`);
    table.setU32(place + MEMBER_TEXT, text.place);
    table.setU32(place + MEMBER_TEXT_LENGTH, text.length);
  }
}

/** Writes the output for a member that is unset: its text, or the code to fail with. */
export function writeUnset(table: TableBuilder, place: number, member: MemberMapping): void {
  if (member.kind !== "field") {
    return;
  }
  const value = unsetText(member);
  if (typeof value === "number") {
    table.setU8(place + MEMBER_REASON, value);
  } else if (value !== undefined) {
    const text = table.addText(`,${JSON.stringify(member.name)}:${value}`);
    table.setU32(place + MEMBER_TEXT, text.place);
    table.setU32(place + MEMBER_TEXT_LENGTH, text.length);
  }
}

/** The JSON of a field that is unset, the code to fail with, or undefined if it is left out. */
export function unsetText({ field, presence, value }: FieldMember): string | number | undefined {
  if (!writesEmpty(presence)) {
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
