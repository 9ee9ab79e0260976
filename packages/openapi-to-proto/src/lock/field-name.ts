import type { FieldDeclaration, FieldOptions, OneofShape } from "../proto/model.js";

/**
 * Returns a field with a new name and the same JSON: what its name said, an option says now.
 *
 * @param shape that of the oneof, if the field is an arm.
 */
export function withMemberName(
  field: FieldDeclaration,
  name: string,
  shape: OneofShape | undefined,
): FieldDeclaration {
  return name === field.name
    ? field
    : { ...field, name, options: { ...field.options, ...optionsFor(field, name, shape) } };
}

function optionsFor(
  field: FieldDeclaration,
  name: string,
  shape: OneofShape | undefined,
): FieldOptions {
  const member = field.options.name ?? field.name;
  switch (shape?.case) {
    case undefined:
    case "tagged":
      return member === name ? { name: "" } : { name: member };
    case "adjacent": {
      const { tagValue, emptyTag, anyOther } = field.options;
      const isDefault = tagValue === undefined && emptyTag !== true && anyOther !== true;
      return isDefault ? { tagValue: member } : {};
    }
    default:
      // The payload selects the arm; its name is not in the JSON.
      return {};
  }
}
