import { createRegistry, type DescMessage } from "@bufbuild/protobuf";
import { DocumentSchema } from "@stepwire/core";
import { files } from "@stepwire/core/registry";
import { getDocumentArms } from "@stepwire/mapping";
import { canBeDocument } from "@stepwire/mapping/internal";
import { compileSchemas, type SchemaLookup } from "@stepwire/testing";

const registry = createRegistry(...files);

/** The package of the messages that the suite of the engines is about. */
const FEATURES = "acme.engine.v1.";

let features: SchemaLookup | undefined;

/**
 * Returns a message of the model or of the engines' suite by its full name, or a message of the
 * package stepwire.v1 by its short name.
 */
export function schemaNamed(name: string): DescMessage {
  if (name.startsWith(FEATURES)) {
    features ??= compileSchemas();
    return features(name.slice(FEATURES.length));
  }
  const schema = registry.getMessage(name) ?? registry.getMessage(`stepwire.v1.${name}`);
  if (schema === undefined) {
    throw new Error(`the schema has no message ${name}`);
  }
  return schema;
}

/**
 * Returns the messages of the model that can be documents and are no part of one: `Document`, its
 * arms, and others such as the bodies of requests.
 */
export function outermostMessages(): readonly DescMessage[] {
  const documents = getDocumentArms(DocumentSchema).map(({ message }) => message);
  const known = messagesWithin([DocumentSchema]);
  const others = files
    .flatMap(({ messages }) => messages)
    .filter((message) => !known.has(message) && canBeDocument(message));
  const parts = messagesWithin(others.flatMap(fieldMessages));
  return [...documents, DocumentSchema, ...others.filter((message) => !parts.has(message))];
}

/** Returns messages and all messages within them. */
export function messagesWithin(roots: Iterable<DescMessage>): ReadonlySet<DescMessage> {
  const messages = new Set(roots);
  for (const message of messages) {
    for (const part of fieldMessages(message)) {
      messages.add(part);
    }
  }
  return messages;
}

function fieldMessages({ fields }: DescMessage): DescMessage[] {
  return fields.flatMap(({ message }) => message ?? []);
}
