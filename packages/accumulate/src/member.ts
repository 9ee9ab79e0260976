import { create, type DescField } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import { type FieldMember, type Fields, fieldsOf } from "@stepwire/mapping";
import type { Draft } from "./draft.js";
import { freezeDeep } from "./fields.js";
import { Lazy } from "./lazy.js";
import { isEmpty } from "./merge-json.js";
import type { MemberNote, Notes } from "./notes.js";

/**
 * The state of a member of a JSON object, read from the message and its residue. The value of a
 * list or map, or of bytes, may be `Lazy`.
 */
export type MemberState = MemberNote | { readonly kind: "value"; readonly value: unknown };

export const ABSENT: MemberState = { kind: "absent" };
export const NULL: MemberState = { kind: "null" };
const EMPTY: MemberState = { kind: "empty" };

/** Returns whether a member is present and not null. */
export function isThere({ kind }: MemberState): boolean {
  return kind !== "absent" && kind !== "null";
}

/** Returns whether a member is an empty string, which does not replace an existing value. */
export function isEmptyText(state: MemberState): boolean {
  switch (state.kind) {
    case "value":
      return state.value === "";
    case "text":
      return isEmpty(state.node);
    default:
      return false;
  }
}

/** Reads the state of a member from its field. */
export function readMember(
  { name, field, presence }: FieldMember,
  fields: Fields,
  notes: Notes,
): MemberState {
  const value = fields[field.localName];
  if (isSet(field, value)) {
    return { kind: "value", value };
  }
  const note = notes.get(name, field.number);
  if (note !== undefined) {
    return note;
  }
  switch (presence) {
    case "empty":
      return EMPTY;
    case "required":
      if (isCollection(field)) {
        return EMPTY;
      }
      // For a scalar that cannot be unset, this is its zero value; an unset message is absent.
      return hasPresence(field) ? ABSENT : { kind: "value", value };
    case "nullable":
      return NULL;
    case "optional":
      return ABSENT;
  }
}

/** Writes the state of a member to its field. */
export function writeMember(
  { name, field, presence }: FieldMember,
  state: MemberState,
  draft: Draft,
): void {
  const { fields } = draft;
  if (state.kind === "value") {
    fields[field.localName] = state.value;
    draft.note(undefined, name, field.number);
    return;
  }
  if (hasPresence(field)) {
    delete fields[field.localName];
  } else {
    fields[field.localName] = freezeDeep(fieldsOf(create(field.parent))[field.localName]);
  }
  const canonical = { required: "empty", nullable: "null", optional: "absent", empty: "empty" }[
    presence
  ];
  draft.note(state.kind === canonical ? undefined : state, name, field.number);
}

/** Returns whether a field has a value; for a field without presence, whether it is not zero. */
function isSet(field: DescField, value: unknown): boolean {
  if (hasPresence(field)) {
    return value !== undefined;
  }
  if (Array.isArray(value) || value instanceof Uint8Array) {
    return value.length > 0;
  }
  if (typeof value === "object" && value !== null) {
    return value instanceof Lazy || hasKey(value);
  }
  return value !== undefined && value !== "" && value !== 0 && value !== 0n && value !== false;
}

function hasKey(map: object): boolean {
  for (const _ in map) {
    return true;
  }
  return false;
}

function isCollection({ fieldKind }: DescField): boolean {
  return fieldKind === "list" || fieldKind === "map";
}

function hasPresence(field: DescField): boolean {
  return !isCollection(field) && field.presence !== FeatureSet_FieldPresence.IMPLICIT;
}
