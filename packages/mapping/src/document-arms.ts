import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { MappingError } from "./compilation.js";
import { getMessageMapping } from "./compile.js";
import { oneofShape } from "./options.js";

/** An arm of a document: one of its possible messages. */
export interface DocumentArm {
  /** The name in commands and texts, such as `air-letter` for the arm `air_letter`. */
  readonly name: string;
  /** The field of the document that holds the message. */
  readonly field: DescField;
  readonly message: DescMessage;
}

/**
 * Returns the possible messages of a document, in the order of its schema. A document is a message
 * whose one oneof is an inline union, with an arm for each message.
 */
export function getDocumentArms(document: DescMessage): readonly DocumentArm[] {
  let arms = armsByDocument.get(document);
  if (arms === undefined) {
    arms = findArms(document);
    armsByDocument.set(document, arms);
  }
  return arms;
}

/** Programs that read archives look up the arms for each document. */
const armsByDocument = new WeakMap<DescMessage, readonly DocumentArm[]>();

function findArms(document: DescMessage): readonly DocumentArm[] {
  return document.fields.flatMap((field) => {
    const { message, fieldKind, oneof } = field;
    return fieldKind === "message" && oneof !== undefined
      ? [{ name: toKebabCase(field.name), field, message }]
      : [];
  });
}

/**
 * Returns the documents among messages: inline unions that are not the type of a field in any of
 * the messages. An inline union inside another message is only a part of it.
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

/**
 * Returns whether a message can be a document by itself: its options give it a JSON form, and that
 * is always an object.
 */
export function canBeDocument(message: DescMessage): boolean {
  try {
    const { kind } = getMessageMapping(message);
    return kind === "object" || kind === "inline";
  } catch (error) {
    if (error instanceof MappingError) {
      return false;
    }
    throw error;
  }
}

/**
 * Converts a name of a schema to kebab case, as used on command lines: `air_letter` and `AirLetter`
 * become `air-letter`.
 */
export function toKebabCase(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1-$2")
    .replaceAll("_", "-")
    .toLowerCase();
}
