/*
 * Import this first, and Node runs the packages from their TypeScript source,
 * without a build.
 *
 * Node strips types by itself, but takes an import literally: our sources say
 * "./x.js", which is what the published package contains, and here only "./x.ts"
 * exists. Sibling packages have their source under a condition of its own.
 */
import { registerHooks } from "node:module";

registerHooks({
  resolve(specifier, context, nextResolve) {
    const conditions = [...context.conditions, "@stepwire/source"];
    const fromSource = context.parentURL?.endsWith(".ts") === true;
    const meant =
      fromSource && specifier.startsWith(".") ? specifier.replace(/\.js$/, ".ts") : specifier;
    return nextResolve(meant, { ...context, conditions });
  },
});
