import { accumulateModule } from "../../packages/accumulate/scripts/outputs.ts";
import { columns, publishedColumns } from "../../packages/parquet/scripts/outputs.ts";
import { kernel, published } from "../../packages/transcode/scripts/outputs.ts";
import { type CommandResult, run } from "./command.ts";
import { isFresh } from "./fresh.ts";

const upToDate: Promise<CommandResult> = Promise.resolve({ succeeded: true, output: "" });

/** Builds the modules for JavaScript, unless they are up to date. */
export async function ensureKernel(): Promise<CommandResult> {
  const built = await (isFresh(kernel)
    ? upToDate
    : run(["node", "packages/transcode/scripts/build-kernel.ts"]));
  return !built.succeeded || isFresh(columns)
    ? built
    : run(["node", "packages/parquet/scripts/build-columns.ts"]);
}

/** The modules for hosts in any language, and the scripts that build them. */
const modules = [
  [published, "packages/transcode/scripts/build-published.ts"],
  [publishedColumns, "packages/parquet/scripts/build-published.ts"],
  [accumulateModule, "packages/accumulate/scripts/build-wasm.ts"],
] as const;

/** Builds the modules for hosts in any language, unless they are up to date. */
export async function ensurePublishedKernel(): Promise<CommandResult> {
  let built = await upToDate;
  for (const [generated, script] of modules) {
    if (built.succeeded && !isFresh(generated)) {
      built = await runSource(script);
    }
  }
  return built;
}

function runSource(script: string): Promise<CommandResult> {
  const source = ["--conditions=@stepwire/source", "--import", "./scripts/source-resolver.ts"];
  return run(["node", ...source, script]);
}
