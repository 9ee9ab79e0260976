/*
 * Import this first, and Node runs the packages from their TypeScript source,
 * without a build.
 *
 * Node strips types by itself, but takes an import literally: our sources say
 * "./x.js", which is what the published package contains, and here only "./x.ts"
 * exists. Sibling packages have their source under a condition of its own.
 */
import { registerHooks } from "node:module";

const workspace = new URL("../packages/", import.meta.url).href;

registerHooks({
  resolve(specifier, context, nextResolve) {
    const conditions = [...context.conditions, "@stepwire/source"];
    const isRelative = context.parentURL?.endsWith(".ts") === true && specifier.startsWith(".");
    // What a worker thread runs is named by its address.
    const isSource = specifier.startsWith(workspace) && specifier.includes("/src/");
    const meant = isRelative || isSource ? specifier.replace(/\.js$/, ".ts") : specifier;
    return nextResolve(meant, { ...context, conditions });
  },
});
