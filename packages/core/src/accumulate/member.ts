import { create, type DescField } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import {
  type FieldMember,
  type Fields,
  fieldsOf,
  type JsonResidue,
  type ObjectMapping,
} from "@stepwire/mapping";
import { type MemberNote, noteOf, withNote } from "./residue.js";

/** What a member of a JSON object is, read from its message and the residue. */
export type MemberState = MemberNote | { readonly kind: "value"; readonly value: unknown };

export const ABSENT: MemberState = { kind: "absent" };
const NULL: MemberState = { kind: "null" };
const EMPTY: MemberState = { kind: "empty" };

/** The residue of a message. */
export function residueOf(fields: Fields, { residue }: ObjectMapping): JsonResidue | undefined {
  // The mapping found this field by its message type.
  return fields[residue.localName] as JsonResidue | undefined;
}

/** Gives a member another note; nothing is copied where it has that one already. */
export function setNote(
  fields: Fields,
  mapping: ObjectMapping,
  note: MemberNote | undefined,
  name: string,
  number?: number,
): void {
  const residue = residueOf(fields, mapping);
  const before = noteOf(residue, name, number);
  if (before === undefined && note === undefined) {
    return;
  }
  const after = withNote(residue, note, name, number);
  if (after === undefined) {
    delete fields[mapping.residue.localName];
  } else {
    fields[mapping.residue.localName] = after;
  }
}

/** Reads a member that a field holds. */
export function readMember(
  { name, field, presence }: FieldMember,
  fields: Fields,
  residue: JsonResidue | undefined,
): MemberState {
  const value = fields[field.localName];
  if (isSet(field, value)) {
    return { kind: "value", value };
  }
  const note = noteOf(residue, name, field.number);
  if (note !== undefined) {
    return note;
  }
  switch (presence) {
    case "required":
      if (isCollection(field)) {
        return EMPTY;
      }
      // A scalar that cannot be unset; a message that is unset is not there.
      return hasPresence(field) ? ABSENT : { kind: "value", value };
    case "nullable":
      return NULL;
    case "optional":
      return ABSENT;
  }
}

/** Writes a member that a field holds. */
export function writeMember(
  { name, field, presence }: FieldMember,
  state: MemberState,
  fields: Fields,
  mapping: ObjectMapping,
): void {
  if (state.kind === "value") {
    fields[field.localName] = state.value;
    setNote(fields, mapping, undefined, name, field.number);
    return;
  }
  if (hasPresence(field)) {
    delete fields[field.localName];
  } else {
    fields[field.localName] = fieldsOf(create(field.parent))[field.localName];
  }
  const canonical = { required: "empty", nullable: "null", optional: "absent" }[presence];
  setNote(fields, mapping, state.kind === canonical ? undefined : state, name, field.number);
}

/** Whether a field holds a value; one that cannot be unset, another than zero. */
function isSet(field: DescField, value: unknown): boolean {
  if (hasPresence(field)) {
    return value !== undefined;
  }
  if (Array.isArray(value)) {
    return value.length > 0;
  }
  if (typeof value === "object" && value !== null) {
    return Object.keys(value).length > 0;
  }
  return value !== undefined && value !== "" && value !== 0 && value !== 0n && value !== false;
}

function isCollection({ fieldKind }: DescField): boolean {
  return fieldKind === "list" || fieldKind === "map";
}

function hasPresence(field: DescField): boolean {
  return !isCollection(field) && field.presence !== FeatureSet_FieldPresence.IMPLICIT;
}
