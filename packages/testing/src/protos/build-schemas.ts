import type { FileRegistry } from "@bufbuild/protobuf";
import { buildProtos, registryOf } from "./build-protos.js";

const IMPORTS = ["column", "json", "sse", "stream"];

const OPTIONS =
  /\((message|field|oneof|enum_value|event|merge|merge_into|identity|sse|column|arm_column)\)/g;

/**
 * Compiles the bodies of `.proto` files. Each has the package of its key. What all of them repeat has
 * a short form: `(field)` for `(stepwire.json.v1.field)`, likewise the other options, and
 * `RESIDUE` for the field that holds the residue.
 */
export function buildSchemas(bodies: Readonly<Record<string, string>>): FileRegistry {
  const files = Object.entries(bodies).map(([name, body]) => [
    `${name}.proto`,
    `${header(name)}${expand(body)}`,
  ]);
  return registryOf(buildProtos(Object.fromEntries(files)));
}

function header(name: string): string {
  const imports = IMPORTS.map((file) => `import "stepwire/json/v1/${file}.proto";`);
  return `
    syntax = "proto3";
    package ${name};
    import "google/protobuf/struct.proto";
    ${imports.join("\n")}
  `;
}

function expand(body: string): string {
  return body
    .replaceAll(OPTIONS, "(stepwire.json.v1.$1)")
    .replaceAll("RESIDUE", "stepwire.json.v1.JsonResidue json_residue = 2047;");
}
