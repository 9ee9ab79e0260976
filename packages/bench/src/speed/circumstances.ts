import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus } from "node:os";
import { join } from "node:path";

const packageFolder = join(import.meta.dirname, "../..");
/** A package of ours or of others that a table measures. */
export type Measured = "kernel" | (typeof peers)[number];

const peers = ["@bufbuild/protobuf", "protobufjs", "msgpackr", "cbor-x"] as const;

/**
 * Returns the versions that the figures of a table depend on. If one of them changes, the figures are
 * stale.
 */
export function describeVersions(measured: readonly Measured[]): string {
  return measured
    .map((name) => `${name} ${name === "kernel" ? kernelFingerprint() : versionOf(name)}`)
    .join(", ");
}

/** The line below a table: when, where and of what it was measured. */
export function describeCircumstances(measured: readonly Measured[]): string {
  const versions = describeVersions(measured);
  return `Measured ${describeMachine()}; Node ${process.versions.node}, ${versions}.`;
}

/** Whether a section has the line of {@link describeCircumstances} for what is measured now. */
export function isCurrent(section: string, measured: readonly Measured[]): boolean {
  return section.trimEnd().endsWith(`, ${describeVersions(measured)}.`);
}

/** The day and the machine. */
function describeMachine(): string {
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
