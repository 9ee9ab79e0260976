import type { DescMessage, FileRegistry } from "@bufbuild/protobuf";
import { importSchemas } from "@stepwire/openapi-to-proto";
import { buildProtos, registryOf } from "@stepwire/testing";
import type { OpenApiDocument } from "./schema.js";

const PACKAGE = "acme.imported.v1";

/** The result of an import. */
export interface Imported {
  readonly registry: FileRegistry;
  /** The messages by the names of their schemas. */
  readonly messages: ReadonlyMap<string, DescMessage>;
}

/**
 * Imports all schemas of a document, and compiles the result.
 *
 * @param names the names of the schemas whose messages are returned.
 */
export function importDocument(document: OpenApiDocument, names: readonly string[]): Imported {
  const bytes = Buffer.from(JSON.stringify(document));
  const { files } = importSchemas({ document: { name: "openapi.json", bytes }, package: PACKAGE });
  const texts = Object.fromEntries(files.map(({ path, text }) => [path, text]));
  const registry = registryOf(buildProtos(texts));
  const messages = names.map((name): [string, DescMessage] => {
    const message = registry.getMessage(`${PACKAGE}.${messageName(name)}`);
    if (message === undefined) {
      throw new Error(`the import has no message for the schema ${name}`);
    }
    return [name, message];
  });
  return { registry, messages: new Map(messages) };
}

/** Returns the name that an import gives to the message of a schema: in PascalCase. */
function messageName(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/);
  return words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
}
