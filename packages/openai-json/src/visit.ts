import {
  type Fields,
  fieldsOf,
  type MessageMapping,
  type ObjectMapping,
  oneofOf,
  type ValueMapping,
} from "@stepwire/mapping";

/** Sees one message that is a JSON object, with its place in the document. */
export type ObjectVisitor = (
  mapping: ObjectMapping,
  fields: Fields,
  path: readonly (string | number)[],
) => void;

/** Goes through all JSON objects of a message, from the outside in. */
export function visitObjects(
  mapping: MessageMapping,
  message: unknown,
  visitor: ObjectVisitor,
  path: readonly (string | number)[] = [],
): void {
  const fields = fieldsOf(message);
  switch (mapping.kind) {
    case "object":
      visitor(mapping, fields, path);
      visitMembers(mapping, fields, visitor, path);
      break;
    case "array":
      visitValue(
        { kind: "list", element: mapping.element },
        fields[mapping.field.localName],
        visitor,
        path,
      );
      break;
    case "inline": {
      const { case: set, value } = oneofOf(fields, mapping.oneof);
      const arm = mapping.arms.find(({ field }) => field.localName === set);
      if (arm !== undefined) {
        visitObjects(arm.payload.message, value, visitor, path);
      }
      break;
    }
  }
}

function visitMembers(
  { members, unions }: ObjectMapping,
  fields: Fields,
  visitor: ObjectVisitor,
  path: readonly (string | number)[],
): void {
  for (const member of members) {
    if (member.kind === "field") {
      visitValue(member.value, fields[member.field.localName], visitor, [...path, member.name]);
    }
  }
  for (const { oneof, arms } of unions) {
    const { case: set, value } = oneofOf(fields, oneof);
    const arm = arms.find(({ field }) => field.localName === set);
    if (arm !== undefined) {
      visitValue(arm.value, value, visitor, [...path, arm.name]);
    }
  }
}

function visitValue(
  mapping: ValueMapping,
  value: unknown,
  visitor: ObjectVisitor,
  path: readonly (string | number)[],
): void {
  switch (mapping.kind) {
    case "message":
      if (value !== undefined) {
        visitObjects(mapping.message, value, visitor, path);
      }
      break;
    case "list":
      if (mapping.element.kind === "message" && Array.isArray(value)) {
        for (const [index, element] of value.entries()) {
          visitObjects(mapping.element.message, element, visitor, [...path, index]);
        }
      }
      break;
    case "map":
      if (mapping.value.kind === "message") {
        for (const [name, element] of Object.entries(fieldsOf(value))) {
          visitObjects(mapping.value.message, element, visitor, [...path, name]);
        }
      }
      break;
  }
}
