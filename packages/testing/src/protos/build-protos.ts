import { execFileSync } from "node:child_process";
import {
  cpSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createFileRegistry, type FileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { projectRoot } from "../suite/project.js";

/** The maximum size of a descriptor set; by default, Node allows 1 MiB. */
const MAX_SET_BYTES = 64 * 1024 * 1024;

/** `.proto` files by their path, with `/`. */
export type ProtoFiles = Readonly<Record<string, string>>;

/**
 * Compiles `.proto` files, which may import those of the project. This takes half a second; call it
 * once for several files.
 *
 * @returns a binary `FileDescriptorSet` of the files and of what they import.
 * @throws {Error} with the output of `buf` if the files cannot be compiled.
 */
export function buildProtos(files: ProtoFiles): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "stepwire-protos-"));
  try {
    cpSync(join(projectRoot, "proto/stepwire"), join(folder, "stepwire"), { recursive: true });
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    return buildFolder(folder, Object.keys(files));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Compiles the `.proto` files of a folder; with `paths`, only these and what they import. */
export function buildFolder(folder: string, paths: readonly string[] = []): Buffer {
  return execFileSync(
    join(projectRoot, "node_modules/.bin/buf"),
    [
      "build",
      folder,
      ...paths.flatMap((path) => ["--path", join(folder, path)]),
      "--as-file-descriptor-set",
      "--output",
      "-",
    ],
    { stdio: ["ignore", "pipe", "pipe"], maxBuffer: MAX_SET_BYTES },
  );
}

/** Reads the `.proto` files of a folder. */
export function readProtos(folder: string): ProtoFiles {
  const paths = globSync("**/*.proto", { cwd: folder }).map((path) => path.replaceAll("\\", "/"));
  return Object.fromEntries(
    paths.sort().map((path) => [path, readFileSync(join(folder, path), "utf8")]),
  );
}

/** Returns the files of a binary `FileDescriptorSet`. */
export function registryOf(descriptors: Uint8Array): FileRegistry {
  return createFileRegistry(fromBinary(FileDescriptorSetSchema, descriptors));
}
