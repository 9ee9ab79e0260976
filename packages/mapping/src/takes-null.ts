import type { ValueMapping } from "./model.js";

/** Whether null is a value of the type, where it does not say that the field is unset. */
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
