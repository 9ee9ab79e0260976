import { type MemberPresence, takesNull, type ValueMapping } from "@stepwire/mapping";

/** Returns whether null is an ordinary value instead of meaning that the field is unset. */
export function holdsNull(value: ValueMapping, presence: MemberPresence): boolean {
  return presence === "required" && takesNull(value);
}
