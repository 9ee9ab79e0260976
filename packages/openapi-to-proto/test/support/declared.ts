import { ImportError } from "../../src/error.js";
import { type ImportInput, type ImportResult, importSchemas } from "../../src/import-schemas.js";

const encoder = new TextEncoder();

/** Returns a file with a value as JSON. */
export function jsonFile(value: unknown): ImportInput["document"] {
  return { name: "test.json", bytes: encoder.encode(JSON.stringify(value)) };
}

/** Imports an OpenAPI document with schemas by name. */
export function importOf(
  schemas: Readonly<Record<string, unknown>>,
  config: Readonly<Record<string, unknown>> = {},
): ImportResult {
  return importSchemas({
    document: jsonFile({ openapi: "3.1.0", components: { schemas } }),
    config: jsonFile({ package: "test.v1", comments: "none", ...config }),
  });
}

/**
 * Returns the lines of each message and enum by name: without comments, numbers, `json_residue` and
 * the arm for other values.
 */
export function declared(
  schemas: Readonly<Record<string, unknown>>,
  config: Readonly<Record<string, unknown>> = {},
): Readonly<Record<string, readonly string[]>> {
  return linesByName(importOf(schemas, config));
}

/** Returns the lines of each message and enum of an import by name. */
export function linesByName({ files }: ImportResult): Readonly<Record<string, readonly string[]>> {
  const result: Record<string, readonly string[]> = {};
  for (const { text } of files) {
    for (const [, name = "", body = ""] of text.matchAll(
      /^(?:message|enum) (\w+) \{$(.*?)^\}$/gms,
    )) {
      result[name] = shorten(body);
    }
  }
  return result;
}

const OPTION = "stepwire.json.v1.";

function shorten(body: string): string[] {
  return body
    .replaceAll(/\/\/.*$/gm, "")
    .replaceAll(/\s+/g, " ")
    .replaceAll(/ string other = \d+ \[[^\]]*any_other: true \}\];/g, "")
    .replaceAll(/ \S+JsonResidue json_residue = 2047;/g, "")
    .replaceAll(/ = \d+(?=[ ;])/g, "")
    .replaceAll(`(${OPTION}field)`, "field")
    .replaceAll(`(${OPTION}`, "(")
    .split(/(?<=[;{]) |(?<=\}) (?=\w+ \w)/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && line !== "}");
}

/** Returns the mistakes of an import, each as one line. */
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

/** Returns a reference to a named schema. */
export function ref(name: string): object {
  return { $ref: `#/components/schemas/${name}` };
}

/** Returns an object's schema, of which some members are required. */
export function object(
  properties: Readonly<Record<string, unknown>>,
  ...required: readonly string[]
): object {
  return { type: "object", properties, ...(required.length > 0 && { required }) };
}

export const text = { type: "string" };
export const integer = { type: "integer" };
