/*
 * Lets Node run the packages from their TypeScript source without a build. Import this module
 * first.
 *
 * Node strips types by itself, but does not change import paths: our sources import "./x.js", which
 * exists in the published package, but here only "./x.ts" exists. Sibling packages export their
 * source under a special condition. The kernel is not committed; it is built if it is imported and
 * missing or stale.
 */
import { spawnSync } from "node:child_process";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { columns } from "../packages/parquet/scripts/outputs.ts";
import { kernel } from "../packages/transcode/scripts/outputs.ts";
import { isFresh } from "./library/fresh.ts";

const workspace = new URL("../packages/", import.meta.url).href;

/** Code that is compiled to WebAssembly, by the sources that import it. */
const builds = [
  {
    importers: `${workspace}transcode/src/`,
    generated: kernel,
    script: `${workspace}transcode/scripts/build-kernel.ts`,
  },
  {
    importers: `${workspace}parquet/src/`,
    generated: columns,
    script: `${workspace}parquet/scripts/build-columns.ts`,
  },
];
const checked = new Set<string>();

/** Runs the script in a separate process, because resolving is synchronous and compiling is not. */
function ensureBuilt(importer: string): void {
  for (const { importers, generated, script } of builds) {
    if (!importer.startsWith(importers) || checked.has(importers)) {
      continue;
    }
    checked.add(importers);
    if (isFresh(generated)) {
      continue;
    }
    const { status } = spawnSync(process.execPath, [fileURLToPath(script)], {
      stdio: ["ignore", 2, 2],
    });
    if (status !== 0) {
      throw new Error("the kernel could not be built; see above, and run: pnpm build:kernel");
    }
  }
}

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier.includes("/built/") && context.parentURL !== undefined) {
      ensureBuilt(context.parentURL);
    }
    const conditions = [...context.conditions, "@stepwire/source"];
    const isRelative = context.parentURL?.endsWith(".ts") === true && specifier.startsWith(".");
    // The code of a worker thread is imported by its URL.
    const isSource = specifier.startsWith(workspace) && specifier.includes("/src/");
    const meant = isRelative || isSource ? specifier.replace(/\.js$/, ".ts") : specifier;
    return nextResolve(meant, { ...context, conditions });
  },
});
