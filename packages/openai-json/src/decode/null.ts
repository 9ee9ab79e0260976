import { type MemberPresence, takesNull, type ValueMapping } from "@stepwire/mapping";

/** Whether null is a value like any other, and does not say that a field is unset. */
export function holdsNull(value: ValueMapping, presence: MemberPresence): boolean {
  return presence === "required" && takesNull(value);
}
