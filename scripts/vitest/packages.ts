import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { root } from "../library/command.ts";
import { buildPackages, pack, publishedPackages, removeBuild } from "../library/packing.ts";
import { serveTarballs } from "../test/packages/support/registry.ts";

/** Builds and packs all published packages once, and serves them to the tests of packages. */
export default async function setUp({ provide }: TestProject): Promise<() => void> {
  for (const { directory } of publishedPackages()) {
    removeBuild(join(root, directory));
  }
  const { succeeded, output } = await buildPackages();
  if (!succeeded) {
    throw new Error(`the packages could not be built:\n${output}`);
  }
  const folder = mkdtempSync(join(tmpdir(), "stepwire-tarballs-"));
  const tarballs = await Promise.all(publishedPackages().map((each) => pack(each, folder)));
  const registry = await serveTarballs(tarballs);
  provide("registry", registry.url);
  provide("files", Object.fromEntries(tarballs.map(({ name, files }) => [name, files])));
  return () => {
    registry.close();
    rmSync(folder, { recursive: true });
  };
}
