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

/** Builds stepwire.wasm and stepwire-columns.wasm, unless they are up to date. */
export async function ensurePublishedKernel(): Promise<CommandResult> {
  const built = await (isFresh(published)
    ? upToDate
    : runSource("packages/transcode/scripts/build-published.ts"));
  return !built.succeeded || isFresh(publishedColumns)
    ? built
    : runSource("packages/parquet/scripts/build-published.ts");
}

function runSource(script: string): Promise<CommandResult> {
  const source = ["--conditions=@stepwire/source", "--import", "./scripts/source-resolver.ts"];
  return run(["node", ...source, script]);
}
