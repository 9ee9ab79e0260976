import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { create, fromBinary } from "@bufbuild/protobuf";
import {
  type CodeGeneratorRequest,
  CodeGeneratorRequestSchema,
  type FileDescriptorSet,
  FileDescriptorSetSchema,
} from "@bufbuild/protobuf/wkt";

/** The root of the workspace. */
export const root: string = join(import.meta.dirname, "..", "..", "..");

/**
 * What a plugin is asked by `buf generate`, for schemas by the path of their file,
 * compiled behind the mapping options.
 */
export function requestFor(
  schemas: Record<string, string>,
  parameter: string,
): CodeGeneratorRequest {
  return create(CodeGeneratorRequestSchema, {
    parameter,
    protoFile: compile(schemas).file,
    fileToGenerate: Object.keys(schemas),
  });
}

function compile(schemas: Record<string, string>): FileDescriptorSet {
  const folder = mkdtempSync(join(tmpdir(), "stepwire-types-"));
  const options = "stepwire/json/v1/json.proto";
  const files = { ...schemas, [options]: readFileSync(join(root, "proto", options), "utf8") };
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const set = execFileSync(
      join(root, "node_modules", ".bin", "buf"),
      ["build", folder, "--as-file-descriptor-set", "--output", "-"],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    return fromBinary(FileDescriptorSetSchema, set);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
