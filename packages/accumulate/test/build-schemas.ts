import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFileRegistry, type FileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

const root = join(import.meta.dirname, "..", "..", "..");
const options = join("stepwire", "json");

/**
 * Compiles schemas, all in one go. Each gets the package of its key; what all of them
 * would repeat is written short: `(event)` for `(stepwire.json.v1.event)`, likewise the
 * other options, and `RESIDUE` for the field that holds the residue.
 */
export function buildSchemas(schemas: Readonly<Record<string, string>>): FileRegistry {
  const folder = mkdtempSync(join(tmpdir(), "stepwire-accumulate-"));
  try {
    cpSync(join(root, "proto", options), join(folder, options), { recursive: true });
    for (const [name, body] of Object.entries(schemas)) {
      writeFileSync(join(folder, `${name}.proto`), header(name) + expand(body));
    }
    const set = execFileSync(
      join(root, "node_modules", ".bin", "buf"),
      ["build", folder, "--as-file-descriptor-set", "--output", "-"],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    return createFileRegistry(fromBinary(FileDescriptorSetSchema, set));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function header(name: string): string {
  return `
    syntax = "proto3";
    package ${name};
    import "stepwire/json/v1/json.proto";
    import "stepwire/json/v1/stream.proto";
  `;
}

function expand(body: string): string {
  return body
    .replaceAll(
      /\((message|field|oneof|event|merge|merge_into|identity)\)/g,
      "(stepwire.json.v1.$1)",
    )
    .replaceAll("RESIDUE", "stepwire.json.v1.JsonResidue json_residue = 2047;");
}
