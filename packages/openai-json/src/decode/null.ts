import type { MemberPresence, ValueMapping } from "@stepwire/mapping";

/** Whether null is a value like any other, and does not say that a field is unset. */
export function holdsNull({ kind }: ValueMapping, presence: MemberPresence): boolean {
  return (kind === "any" || kind === "verbatim") && presence === "required";
}
