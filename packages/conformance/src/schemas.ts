import { createRegistry, type DescFile, type DescMessage } from "@bufbuild/protobuf";
import { file_stepwire_v1_document } from "@stepwire/core";

const registry = createRegistry(...withDependencies(file_stepwire_v1_document));

function withDependencies(file: DescFile): readonly DescFile[] {
  return [file, ...file.dependencies.flatMap(withDependencies)];
}

/** A message of the run-step model, by its name in the package stepwire.v1. */
export function schemaNamed(name: string): DescMessage {
  const schema = registry.getMessage(`stepwire.v1.${name}`);
  if (schema === undefined) {
    throw new Error(`the schema has no message ${name}`);
  }
  return schema;
}
