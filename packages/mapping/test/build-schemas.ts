import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFileRegistry, type FileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";

const root = join(import.meta.dirname, "..", "..", "..");
/** The folders with the options, and with the messages that services share. */
const sharedProtos = [join("stepwire", "json", "v1"), join("stepwire", "rpc", "v1")];

/**
 * Compiles the bodies of `.proto` files. Each has the package of its key. What all of them repeat has
 * a short form: `(field)` for `(stepwire.json.v1.field)`, likewise the other options, and `RESIDUE`
 * for the field that holds the residue. The tests of this package cannot use `buildSchemas` of
 * @stepwire/testing, which depends on this package.
 */
export function buildSchemas(schemas: Record<string, string>): FileRegistry {
  const folder = mkdtempSync(join(tmpdir(), "stepwire-mapping-"));
  try {
    for (const shared of sharedProtos) {
      cpSync(join(root, "proto", shared), join(folder, shared), { recursive: true });
    }
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
    import "google/protobuf/duration.proto";
    import "google/protobuf/struct.proto";
    import "google/protobuf/timestamp.proto";
    import "stepwire/json/v1/column.proto";
    import "stepwire/json/v1/json.proto";
    import "stepwire/json/v1/route.proto";
    import "stepwire/rpc/v1/rpc.proto";
  `;
}

function expand(body: string): string {
  return body
    .replaceAll(
      /\((message|field|oneof|enum_value|route|closes_streams|column|arm_column)\)/g,
      "(stepwire.json.v1.$1)",
    )
    .replaceAll("RESIDUE", "stepwire.json.v1.JsonResidue json_residue = 2047;");
}
