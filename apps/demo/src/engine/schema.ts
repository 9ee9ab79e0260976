import type { DescMessage } from "@bufbuild/protobuf";
import { DocumentSchema } from "@stepwire/core";
import { getDocumentArms } from "@stepwire/mapping";
import { toKebabCase } from "@stepwire/mapping/internal";
import { isEventMessage } from "@stepwire/openai-sse";
import { documentContent } from "@stepwire/wire";
import type { DocumentType } from "../model/conversion.js";

/** The message for any JSON object. The page shows the messages of its arms. */
export const documentSchema: DescMessage = DocumentSchema;

/** The messages for the events of a stream; at least one. */
export const eventSchemas: readonly [DescMessage, ...DescMessage[]] = findEvents();

function findEvents(): [DescMessage, ...DescMessage[]] {
  const [first, ...others] = getDocumentArms(documentSchema)
    .map(({ message }) => message)
    .filter(isEventMessage);
  if (first === undefined) {
    throw new Error(`${documentSchema.typeName} has no arm for events`);
  }
  return [first, ...others];
}

const names = new Map(
  getDocumentArms(documentSchema).map(({ name, message }) => [message, name] as const),
);

/** Describes the type of the documents that are a message. */
export function describeType(schema: DescMessage): DocumentType {
  const name = names.get(schema) ?? toKebabCase(schema.name);
  return {
    name,
    label: schema === documentSchema ? "object of an unknown kind" : name.replaceAll("-", " "),
    message: schema.name,
    package: schema.file.proto.package,
    file: schema.file.name,
  };
}

/** Describes the type of one message; that of any object by the type of its content. */
export function describeMessage(schema: DescMessage, binary: Uint8Array): DocumentType {
  const type = describeType(schema);
  const content = schema === documentSchema ? schemaWithin(binary) : documentSchema;
  return content === documentSchema
    ? type
    : { ...type, label: `document with a ${describeType(content).label}` };
}

/** All types that a document may have; the first is that of any object. */
export function allTypes(): readonly DocumentType[] {
  return [documentSchema, ...names.keys()].map((schema) => describeType(schema));
}

/** Returns the message of a type; undefined if there is none of that name. */
export function schemaNamed(name: string): DescMessage | undefined {
  return [documentSchema, ...names.keys()].find((schema) => describeType(schema).name === name);
}

/** The type of documents that are any object. */
export const documentType: DocumentType = describeType(documentSchema);

/** Returns the message that a binary document holds; the document itself for any other object. */
export function schemaWithin(document: Uint8Array): DescMessage {
  return documentContent(documentSchema, document).schema;
}
