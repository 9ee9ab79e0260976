/*
 * Import this first, and Node runs the packages from their TypeScript source,
 * without a build.
 *
 * Node strips types by itself, but takes an import literally: our sources say
 * "./x.js", which is what the published package contains, and here only "./x.ts"
 * exists. Sibling packages have their source under a condition of its own. The kernel,
 * which is not committed, is built when something imports it and it is missing or stale.
 */
import { spawnSync } from "node:child_process";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";
import { kernel } from "../packages/transcode/scripts/outputs.ts";
import { isFresh } from "./library/fresh.ts";

const workspace = new URL("../packages/", import.meta.url).href;
const transcodeSources = `${workspace}transcode/src/`;
let isKernelChecked = false;

/** In a process of its own, because resolving is synchronous and compiling is not. */
function ensureKernel(): void {
  if (isKernelChecked) {
    return;
  }
  isKernelChecked = true;
  if (isFresh(kernel)) {
    return;
  }
  const script = fileURLToPath(`${workspace}transcode/scripts/build-kernel.ts`);
  const { status } = spawnSync(process.execPath, [script], { stdio: ["ignore", 2, 2] });
  if (status !== 0) {
    throw new Error("the kernel could not be built; see above, and run: pnpm build:kernel");
  }
}

registerHooks({
  resolve(specifier, context, nextResolve) {
    if (specifier.includes("/built/") && context.parentURL?.startsWith(transcodeSources) === true) {
      ensureKernel();
    }
    const conditions = [...context.conditions, "@stepwire/source"];
    const isRelative = context.parentURL?.endsWith(".ts") === true && specifier.startsWith(".");
    // What a worker thread runs is named by its address.
    const isSource = specifier.startsWith(workspace) && specifier.includes("/src/");
    const meant = isRelative || isSource ? specifier.replace(/\.js$/, ".ts") : specifier;
    return nextResolve(meant, { ...context, conditions });
  },
});
