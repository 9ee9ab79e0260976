import { type ImportInput, importSchemas } from "../../src/import-schemas.js";
import { ImportError } from "../../src/error.js";

const encoder = new TextEncoder();

/** A file with a value as JSON. */
export function jsonFile(value: unknown): ImportInput["document"] {
  return { name: "test.json", bytes: encoder.encode(JSON.stringify(value)) };
}

/** An OpenAPI document with schemas by name. */
export function documentOf(schemas: Readonly<Record<string, unknown>>): object {
  return { openapi: "3.1.0", components: { schemas } };
}

/** Returns the text of each message and enum by name, without comments and blank lines. */
export function declared(
  schemas: Readonly<Record<string, unknown>>,
  config: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, string>> {
  const { files } = importSchemas({
    document: jsonFile(documentOf(schemas)),
    config: jsonFile({ package: "test.v1", comments: "none", ...config }),
  });
  const result: Record<string, string> = {};
  for (const { text } of files) {
    for (const [block, name = ""] of text.matchAll(/^(?:message|enum) (\w+) \{$.*?^\}$/gms)) {
      result[name] = block
        .split("\n")
        .filter((line) => !/^\s*(?:\/\/.*)?$/.test(line) && !line.includes("json_residue = 2047"))
        .join("\n");
    }
  }
  return result;
}

/** Returns the mistakes of an import as lines: code, pointer, expected, found. */
export function mistakesOf(run: () => unknown): string[] {
  try {
    run();
  } catch (error) {
    if (error instanceof ImportError) {
      return error.mistakes.map(
        ({ code, pointer, expected, found }) => `${code} ${pointer}: ${expected} / ${found}`,
      );
    }
    throw error;
  }
  return [];
}
