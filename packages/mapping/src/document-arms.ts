import type { DescField, DescMessage } from "@bufbuild/protobuf";

/** One of the messages that a document may be. */
export interface DocumentArm {
  /** The field of the document that holds the message. */
  readonly field: DescField;
  readonly message: DescMessage;
}

/**
 * Returns the messages that a document may be, in the order in which its schema lists
 * them. A document is a message such as `stepwire.v1.Document`, whose one oneof has an
 * arm for each message.
 */
export function getDocumentArms(document: DescMessage): readonly DocumentArm[] {
  return document.fields.flatMap((field) => {
    const { message, fieldKind, oneof } = field;
    return fieldKind === "message" && oneof !== undefined ? [{ field, message }] : [];
  });
}
