import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFileRegistry, type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

const root = join(import.meta.dirname, "..", "..", "..");

const header = `
  syntax = "proto3";
  package acme.v1;
  import "google/protobuf/struct.proto";
  import "stepwire/json/v1/json.proto";
  import "stepwire/json/v1/sse.proto";
`;

/**
 * Compiles a schema and returns its messages by name. \`(field)\` stands for
 * \`(stepwire.json.v1.field)\`, likewise \`(oneof)\`, \`(message)\` and \`(sse)\`, and \`RESIDUE\`
 * for the field that holds the residue.
 */
export function compileMessages(body: string): (name: string) => DescMessage {
  const folder = mkdtempSync(join(tmpdir(), "stepwire-sse-"));
  try {
    cpSync(join(root, "proto", "stepwire", "json"), join(folder, "stepwire", "json"), {
      recursive: true,
    });
    const text = body
      .replaceAll(/\((field|oneof|message|sse)\)/g, "(stepwire.json.v1.$1)")
      .replaceAll("RESIDUE", "stepwire.json.v1.JsonResidue json_residue = 2047;");
    writeFileSync(join(folder, "acme.proto"), header + text);
    const set = execFileSync(
      join(root, "node_modules", ".bin", "buf"),
      ["build", folder, "--as-file-descriptor-set", "--output", "-"],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, set));
    return (name) => {
      const message = registry.getMessage(`acme.v1.${name}`);
      if (message === undefined) {
        throw new Error(`the schema has no message ${name}`);
      }
      return message;
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
