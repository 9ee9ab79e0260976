import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { oneofShape } from "./options.js";

/** One of the messages that a document may be. */
export interface DocumentArm {
  /** The name for people, such as `air-letter` for the arm `air_letter`. */
  readonly name: string;
  /** The field of the document that holds the message. */
  readonly field: DescField;
  readonly message: DescMessage;
}

/**
 * Returns the messages that a document may be, in the order in which its schema lists
 * them. A document is a message whose one oneof is an inline union, with an arm for each
 * message.
 */
export function getDocumentArms(document: DescMessage): readonly DocumentArm[] {
  return document.fields.flatMap((field) => {
    const { message, fieldKind, oneof } = field;
    return fieldKind === "message" && oneof !== undefined
      ? [{ name: toKebabCase(field.name), field, message }]
      : [];
  });
}

/**
 * Returns the documents among messages: those that are an inline union and that no other
 * of the messages has a field of. Such a union within another message is a part of it.
 */
export function findDocuments(messages: Iterable<DescMessage>): DescMessage[] {
  const unions = new Set<DescMessage>();
  const parts = new Set<DescMessage>();
  for (const message of messages) {
    if (message.oneofs.some((oneof) => oneofShape(oneof).case === "inline")) {
      unions.add(message);
    }
    for (const field of message.fields) {
      if (field.message !== undefined) {
        parts.add(field.message);
      }
    }
  }
  return [...unions].filter((message) => !parts.has(message));
}

/** Returns a name of a schema as command lines spell it: `air_letter` and `AirLetter` as `air-letter`. */
export function toKebabCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1-$2")
    .replaceAll("_", "-")
    .toLowerCase();
}
