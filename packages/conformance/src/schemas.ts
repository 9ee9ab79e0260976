import { createRegistry, type DescFile, type DescMessage } from "@bufbuild/protobuf";
import { DocumentSchema } from "@stepwire/core";
import { compileSchemas, type SchemaLookup } from "@stepwire/testing";

const registry = createRegistry(...withDependencies(DocumentSchema.file));

function withDependencies(file: DescFile): readonly DescFile[] {
  return [file, ...file.dependencies.flatMap(withDependencies)];
}

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
