import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createFileRegistry, type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { projectRoot } from "../suite/project.js";

const names = [
  "Thing",
  "Choice",
  "OpenEvent",
  "ClosedEvent",
  "OptionalTexts",
  "Document",
  "ClosedDocument",
  "Files",
  "Kinds",
] as const;

/** A message type of the schema with every feature of the mapping. */
export type EveryFeatureName = (typeof names)[number];

/**
 * Compiles `proto/acme/testing/v1/every_feature.proto` and gives its message
 * types. It takes half a second: call it once in a file.
 *
 * @param some - Only these; by default all.
 */
export function compileEveryFeature(some: readonly EveryFeatureName[] = names): DescMessage[] {
  const folder = mkdtempSync(join(tmpdir(), "stepwire-testing-"));
  try {
    for (const protos of ["proto", "packages/testing/proto"]) {
      cpSync(join(projectRoot, protos), folder, { recursive: true });
    }
    const set = execFileSync(
      join(projectRoot, "node_modules/.bin/buf"),
      [
        "build",
        folder,
        "--path",
        join(folder, "acme"),
        "--as-file-descriptor-set",
        "--output",
        "-",
      ],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    const registry = createFileRegistry(fromBinary(FileDescriptorSetSchema, set));
    return some.map((name) => registry.getMessage(`acme.testing.v1.${name}`) ?? missing(name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function missing(name: string): never {
  throw new Error(`the schema has no message ${name}`);
}
