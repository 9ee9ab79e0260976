import type { MessageMapping, SingularMapping, ValueMapping } from "@stepwire/mapping";

/** Returns the types of a message's values; for a list or map, the type of its elements. */
export function valuesOf(mapping: MessageMapping): SingularMapping[] {
  switch (mapping.kind) {
    case "object":
      return [
        ...mapping.members.filter((member) => member.kind === "field"),
        ...mapping.unions.flatMap(({ arms }) => arms),
      ].map(({ value }) => elementOf(value));
    case "array":
      return [elementOf(mapping.element)];
    case "inline":
      return mapping.arms.map(({ payload }) => payload);
    case "byKind":
      return mapping.arms.map(({ value }) => value);
  }
}

function elementOf(value: ValueMapping): SingularMapping {
  switch (value.kind) {
    case "list":
      return value.element;
    case "map":
      return value.value;
    default:
      return value;
  }
}
