/*
 * Builds the native module of the Python package into its sources, after `pnpm generate:rust` and
 * the generation of Python.
 *
 *   node scripts/build-python-module.ts             quickly, for tests
 *   node scripts/build-python-module.ts optimized   as it is published; the first time takes minutes
 */
import { buildNativeModule } from "./library/languages/python-environment.ts";

const kind = process.argv[2] ?? "quick";
if (kind !== "quick" && kind !== "optimized") {
  throw new Error(`the build is quick or optimized, not "${kind}"`);
}
const { succeeded, output } = await buildNativeModule(kind);
process.stdout.write(output);
process.exitCode = succeeded ? 0 : 1;
