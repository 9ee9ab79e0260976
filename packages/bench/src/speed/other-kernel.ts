import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { DescFile, DescMessage } from "@bufbuild/protobuf";
import type { createTranscoder, Transcoder } from "@stepwire/transcode";

/** A kernel with what calls it. */
export interface OtherKernel {
  /** The first digits of its hash. */
  readonly fingerprint: string;
  /** Creates a transcoder with it for the message type of this name. */
  createTranscoder(schema: DescMessage): Transcoder;
}

const packages = join(import.meta.dirname, "../../..");
const here = join(packages, "transcode");

/**
 * Loads another kernel.
 *
 * @param path Another checkout of the project, which may have another table, other options and other
 * calls of the kernel. Or a `kernel.wasm` that reads the table of this checkout.
 */
export async function loadOtherKernel(path: string): Promise<OtherKernel> {
  return path.endsWith(".wasm") ? await loadFile(resolve(path)) : await loadCheckout(resolve(path));
}

async function loadCheckout(root: string): Promise<OtherKernel> {
  const transcode = join(root, "packages/transcode");
  if (!existsSync(join(root, "node_modules"))) {
    throw new Error(`${root} is not installed; run there: pnpm install`);
  }
  const built = spawnSync(process.execPath, [join(transcode, "scripts/build-kernel.ts")], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  });
  if (built.status !== 0) {
    throw new Error(`the kernel of ${root} could not be built`);
  }
  const create = await importTranscoder(transcode);
  const schemas = await importSchemas(join(root, "packages/core/src/gen/registry.ts"));
  return {
    fingerprint: fingerprint(readFileSync(join(transcode, "build/kernel.wasm"))),
    createTranscoder({ typeName }) {
      const schema = schemas.get(typeName);
      if (schema === undefined) {
        throw new Error(`${root} has no message ${typeName}`);
      }
      return create(schema);
    },
  };
}

/** Imports a copy of the package with another kernel in it: an imported module cannot be changed. */
async function loadFile(file: string): Promise<OtherKernel> {
  const wasm = readFileSync(file);
  const copy = join(packages, "bench/build", `kernel-${fingerprint(wasm)}`);
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy, { recursive: true });
  cpSync(join(here, "src"), join(copy, "src"), { recursive: true });
  cpSync(join(here, "package.json"), join(copy, "package.json"));
  symlinkSync(join(here, "node_modules"), join(copy, "node_modules"), "junction");
  writeFileSync(
    join(copy, "src/built/kernel.ts"),
    `export const kernelBase64: string = "${wasm.toString("base64")}";\n`,
  );
  return { fingerprint: fingerprint(wasm), createTranscoder: await importTranscoder(copy) };
}

async function importTranscoder(directory: string): Promise<typeof createTranscoder> {
  const module: { readonly createTranscoder: typeof createTranscoder } = await import(
    pathToFileURL(join(directory, "src/index.ts")).href
  );
  return module.createTranscoder;
}

async function importSchemas(file: string): Promise<ReadonlyMap<string, DescMessage>> {
  const { files }: { readonly files: readonly DescFile[] } = await import(pathToFileURL(file).href);
  return new Map(
    files.flatMap(({ messages }) => messages.map((message) => [message.typeName, message])),
  );
}

function fingerprint(kernel: Uint8Array): string {
  return createHash("sha256").update(kernel).digest("hex").slice(0, 8);
}
