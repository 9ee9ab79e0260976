import type { ValueMapping } from "./model.js";

/** Returns whether null is a value of the type, as opposed to an unset field. */
export function takesNull(value: ValueMapping): boolean {
  switch (value.kind) {
    case "any":
    case "verbatim":
      return true;
    case "message": {
      const { message } = value;
      return (
        message.kind === "byKind" &&
        (message.armByKind.has("null") || message.otherArm !== undefined)
      );
    }
    default:
      return false;
  }
}
