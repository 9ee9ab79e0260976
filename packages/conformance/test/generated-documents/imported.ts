import type { DescMessage } from "@bufbuild/protobuf";
import { importSchemas } from "@stepwire/openapi-to-proto";
import { buildProtos, registryOf } from "@stepwire/testing";
import type { OpenApiDocument } from "./schema.js";

const PACKAGE = "acme.imported.v1";

/**
 * Imports all schemas of a document, and compiles the result.
 *
 * @returns the messages of the schemas with these names.
 */
export function importMessages(
  document: OpenApiDocument,
  names: readonly string[],
): Map<string, DescMessage> {
  const bytes = Buffer.from(JSON.stringify(document));
  const { files } = importSchemas({ document: { name: "openapi.json", bytes }, package: PACKAGE });
  const texts = Object.fromEntries(files.map(({ path, text }) => [path, text]));
  const registry = registryOf(buildProtos(texts));
  return new Map(
    names.map((name) => {
      const message = registry.getMessage(`${PACKAGE}.${messageName(name)}`);
      if (message === undefined) {
        throw new Error(`the import has no message for the schema ${name}`);
      }
      return [name, message];
    }),
  );
}

/** Returns the name that an import gives to the message of a schema: in PascalCase. */
function messageName(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/);
  return words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join("");
}
