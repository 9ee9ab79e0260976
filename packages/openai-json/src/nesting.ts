import type { DescField, DescMessage, Message } from "@bufbuild/protobuf";
import { isReflectMessage, type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";

/** Maximum depth of nested messages: the default limit of the Protobuf libraries. */
export const DEEPEST_MESSAGE = 100;

/**
 * JSON with at most this number of levels cannot exceed the limit, because a level needs at most four
 * messages.
 */
export const SHALLOW_DEPTH = 24;

/** Returns the depth of nested messages, including the message itself. A map entry counts as one. */
export function nestingOf(schema: DescMessage, message: Message): number {
  return nestingOfFields(reflect(schema, message));
}

function nestingOfFields(message: ReflectMessage): number {
  let deepest = 0;
  for (const field of message.fields) {
    if (message.isSet(field)) {
      deepest = Math.max(deepest, nestingOfField(message, field));
    }
  }
  return 1 + deepest;
}

function nestingOfField(message: ReflectMessage, field: DescField): number {
  switch (field.fieldKind) {
    case "message":
      return nestingOfFields(message.get(field));
    case "list":
      return field.listKind === "message" ? nestingOfEach(message.get(field)) : 0;
    case "map":
      return 1 + (field.mapKind === "message" ? nestingOfEach(message.get(field).values()) : 0);
    default:
      return 0;
  }
}

function nestingOfEach(messages: Iterable<unknown>): number {
  let deepest = 0;
  for (const message of messages) {
    if (isReflectMessage(message)) {
      deepest = Math.max(deepest, nestingOfFields(message));
    }
  }
  return deepest;
}
