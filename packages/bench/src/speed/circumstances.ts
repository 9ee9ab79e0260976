import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { join } from "node:path";

const packageFolder = join(import.meta.dirname, "../..");
const peers = ["@bufbuild/protobuf", "protobufjs", "msgpackr", "cbor-x"];

/**
 * What figures hang on, but for the day and the machine: when it changes, they are
 * stale.
 */
export function describeVersions(): string {
  const versions = peers.map((name) => `${name} ${versionOf(name)}`).join(", ");
  return `Node ${process.versions.node}, ${versions}, kernel ${kernelFingerprint()}`;
}

/** The day and the machine. */
export function describeMachine(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() ?? "an unknown processor";
  const day = new Date().toISOString().slice(0, 10);
  return `${day}, ${processors.length} cores of ${model}`;
}

function kernelFingerprint(): string {
  const kernel = readFileSync(join(packageFolder, "../transcode/build/kernel.wasm"));
  return createHash("sha256").update(kernel).digest("hex").slice(0, 8);
}

function versionOf(name: string): string {
  // Not every package lets its package.json be imported.
  const [main = ""] = createRequire(join(packageFolder, "package.json")).resolve.paths(name) ?? [];
  const manifest: unknown = JSON.parse(readFileSync(join(main, name, "package.json"), "utf8"));
  return (manifest as { readonly version: string }).version;
}
