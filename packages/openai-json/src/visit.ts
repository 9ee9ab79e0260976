import { pointerTo } from "@stepwire/json";
import {
  type Fields,
  fieldsOf,
  type MessageMapping,
  type ObjectMapping,
  oneofOf,
  type ValueMapping,
} from "@stepwire/mapping";

/** Receives a message that is a JSON object, and its JSON Pointer in the document. */
export type ObjectVisitor = (mapping: ObjectMapping, fields: Fields, pointer: string) => void;

/** Visits all JSON objects of a message, outer objects first. */
export function visitObjects(
  mapping: MessageMapping,
  message: unknown,
  visitor: ObjectVisitor,
  pointer = "",
): void {
  const fields = fieldsOf(message);
  switch (mapping.kind) {
    case "object":
      visitor(mapping, fields, pointer);
      visitMembers(mapping, fields, visitor, pointer);
      break;
    case "array":
      visitValue(
        { kind: "list", element: mapping.element },
        fields[mapping.field.localName],
        visitor,
        pointer,
      );
      break;
    case "inline": {
      const { case: set, value } = oneofOf(fields, mapping.oneof);
      const arm = mapping.arms.find(({ field }) => field.localName === set);
      if (arm !== undefined) {
        visitObjects(arm.payload.message, value, visitor, pointer);
      }
      break;
    }
    case "byKind": {
      const { case: set, value } = oneofOf(fields, mapping.oneof);
      const arm = mapping.arms.find(({ field }) => field.localName === set);
      if (arm !== undefined) {
        visitValue(arm.value, value, visitor, pointer);
      }
      break;
    }
  }
}

function visitMembers(
  { members, unions }: ObjectMapping,
  fields: Fields,
  visitor: ObjectVisitor,
  pointer: string,
): void {
  for (const member of members) {
    if (member.kind === "field") {
      visitValue(
        member.value,
        fields[member.field.localName],
        visitor,
        pointerTo(pointer, member.name),
      );
    }
  }
  for (const { oneof, arms } of unions) {
    const { case: set, value } = oneofOf(fields, oneof);
    const arm = arms.find(({ field }) => field.localName === set);
    if (arm?.name !== undefined) {
      visitValue(arm.value, value, visitor, pointerTo(pointer, arm.name));
    }
  }
}

function visitValue(
  mapping: ValueMapping,
  value: unknown,
  visitor: ObjectVisitor,
  pointer: string,
): void {
  switch (mapping.kind) {
    case "message":
      if (value !== undefined) {
        visitObjects(mapping.message, value, visitor, pointer);
      }
      break;
    case "list":
      if (mapping.element.kind === "message" && Array.isArray(value)) {
        for (const [index, element] of value.entries()) {
          visitObjects(mapping.element.message, element, visitor, pointerTo(pointer, index));
        }
      }
      break;
    case "map":
      if (mapping.value.kind === "message") {
        for (const [name, element] of Object.entries(fieldsOf(value))) {
          visitObjects(mapping.value.message, element, visitor, pointerTo(pointer, name));
        }
      }
      break;
  }
}
