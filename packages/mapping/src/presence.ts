import type { DescField } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import type { Compilation } from "./compilation.js";
import { Presence } from "./gen/stepwire/json/v1/json_pb.js";
import type { MemberPresence } from "./model.js";
import { fieldOptions } from "./options.js";

/** The mistake of a PRESENCE_EMPTY that is not on a list or map. */
export const ONLY_COLLECTIONS = "PRESENCE_EMPTY is only for a list or map";

/** Returns whether the member of a field must be present. */
export function fieldPresence(compilation: Compilation, field: DescField): MemberPresence {
  const singular = isSingular(field);
  const implicit = isImplicit(field);
  const presence = declaredPresence(field);
  const isCollection = field.fieldKind === "list" || field.fieldKind === "map";
  if (presence === "empty" && !isCollection) {
    compilation.report(field, ONLY_COLLECTIONS);
    return "optional";
  }
  if (implicit && presence !== "required") {
    compilation.report(
      field,
      `is ${presence} but cannot be unset; give it the label \`optional\` or PRESENCE_REQUIRED`,
    );
  }
  if (singular && !implicit && presence === "required") {
    compilation.report(
      field,
      "is required but has the label `optional`; remove the one or the other",
    );
  }
  return presence;
}

/** Returns what the schema says about the presence of a member, without a check. */
export function declaredPresence(field: DescField): MemberPresence {
  return (
    toMemberPresence(fieldOptions(field).presence) ?? (isImplicit(field) ? "required" : "optional")
  );
}

/** Whether a field holds one scalar or one number of an enum. */
function isSingular({ fieldKind }: DescField): boolean {
  return fieldKind === "scalar" || fieldKind === "enum";
}

/** Whether a field cannot be unset: its zero is its default. */
function isImplicit(field: DescField): boolean {
  return isSingular(field) && field.presence === FeatureSet_FieldPresence.IMPLICIT;
}

/** Whether the canonical form writes an empty list or map as `[]` or `{}`. */
export function writesEmpty(presence: MemberPresence): boolean {
  return presence === "required" || presence === "empty";
}

/** Converts the option `presence`; returns undefined if it is not set. */
export function toMemberPresence(presence: Presence): MemberPresence | undefined {
  switch (presence) {
    case Presence.REQUIRED:
      return "required";
    case Presence.NULLABLE:
      return "nullable";
    case Presence.OPTIONAL:
      return "optional";
    case Presence.EMPTY:
      return "empty";
    default:
      return undefined;
  }
}
