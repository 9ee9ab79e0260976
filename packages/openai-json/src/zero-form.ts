import type { MemberMapping, ValueMapping } from "@stepwire/mapping";
import { hasPresence } from "./field-value.js";

/** Returns whether the zero value of a type has a JSON form. */
export function hasZeroForm(value: ValueMapping): boolean {
  switch (value.kind) {
    case "any":
    case "verbatim":
      return false;
    case "enum":
      return value.stringByNumber.has(0);
    case "message": {
      const { message } = value;
      return (
        message.kind === "array" ||
        (message.kind === "object" && message.members.every(hasUnsetForm))
      );
    }
    default:
      return true;
  }
}

/** Returns whether a member can be written while nothing in its message is set. */
function hasUnsetForm(member: MemberMapping): boolean {
  switch (member.kind) {
    case "field":
      return (
        member.presence !== "required" || (!hasPresence(member.field) && hasZeroForm(member.value))
      );
    case "tag":
      return member.union.tagPresence !== "required";
    case "constant":
    case "payload":
      return true;
  }
}
