import type { MemberPresence, ValueMapping } from "@stepwire/mapping";
import { takesNull } from "@stepwire/mapping/internal";

/** Returns whether null is an ordinary value instead of meaning that the field is unset. */
export function holdsNull(value: ValueMapping, presence: MemberPresence): boolean {
  return presence === "required" && takesNull(value);
}
