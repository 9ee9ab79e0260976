import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createRegistry, type DescMessage } from "@bufbuild/protobuf";
import { readDescriptorSet } from "@stepwire/mapping";
import type { Converted } from "./converter.js";

const root = join(import.meta.dirname, "../../../..");
/** The options that generated files of Stepwire import. */
const OPTIONS = "stepwire/json";

/** Files that are not valid Protobuf. The message is that of `buf build`. */
export class NotCompilingError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "NotCompilingError";
  }
}

/**
 * Compiles generated files with `buf build`.
 *
 * @returns the message for the documents.
 * @throws {NotCompilingError} if the files are not valid.
 */
export function compile({ files, message }: Converted): DescMessage {
  const folder = mkdtempSync(join(tmpdir(), "stepwire-converters-"));
  try {
    cpSync(join(root, "proto", OPTIONS), join(folder, OPTIONS), { recursive: true });
    for (const [path, text] of files) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    }
    const schema = createRegistry(...readDescriptorSet(build(folder))).getMessage(message);
    if (schema === undefined) {
      throw new NotCompilingError(`there is no message ${message}`);
    }
    return schema;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function build(folder: string): Buffer {
  try {
    return execFileSync(
      join(root, "node_modules/.bin/buf"),
      ["build", folder, "--as-file-descriptor-set", "-o", "-"],
      { cwd: root, stdio: ["ignore", "pipe", "pipe"] },
    );
  } catch (error) {
    const { stderr } = error as { readonly stderr?: Buffer };
    throw new NotCompilingError(stderr?.toString() ?? String(error));
  }
}
