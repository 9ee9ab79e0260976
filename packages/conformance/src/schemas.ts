import { createRegistry, type DescFile, type DescMessage } from "@bufbuild/protobuf";
import { file_stepwire_v1_document } from "@stepwire/core";
import { compileSchemas, type SchemaLookup } from "@stepwire/testing";

const registry = createRegistry(...withDependencies(file_stepwire_v1_document));

function withDependencies(file: DescFile): readonly DescFile[] {
  return [file, ...file.dependencies.flatMap(withDependencies)];
}

/** The package of the messages that the suite of the engines is about. */
const FEATURES = "acme.engine.v1.";

let features: SchemaLookup | undefined;

/** A message of the run-step model, by its name in the package stepwire.v1, or one of the engines' suite. */
export function schemaNamed(name: string): DescMessage {
  if (name.startsWith(FEATURES)) {
    features ??= compileSchemas();
    return features(name.slice(FEATURES.length));
  }
  const schema = registry.getMessage(`stepwire.v1.${name}`);
  if (schema === undefined) {
    throw new Error(`the schema has no message ${name}`);
  }
  return schema;
}
