import type { DescField } from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import type { Compilation } from "./compilation.js";
import { Presence } from "./gen/stepwire/json/v1/json_pb.js";
import type { MemberPresence } from "./model.js";
import { fieldOptions } from "./options.js";

/** Returns whether the member of a field must be present. */
export function fieldPresence(compilation: Compilation, field: DescField): MemberPresence {
  const singular = field.fieldKind === "scalar" || field.fieldKind === "enum";
  const implicit = singular && field.presence === FeatureSet_FieldPresence.IMPLICIT;
  const presence =
    toMemberPresence(fieldOptions(field).presence) ?? (implicit ? "required" : "optional");
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

/** Converts the option `presence`; returns undefined if it is not set. */
export function toMemberPresence(presence: Presence): MemberPresence | undefined {
  switch (presence) {
    case Presence.REQUIRED:
      return "required";
    case Presence.NULLABLE:
      return "nullable";
    case Presence.OPTIONAL:
      return "optional";
    default:
      return undefined;
  }
}
