import { kernel, published } from "../../packages/transcode/scripts/outputs.ts";
import { type CommandResult, run } from "./command.ts";
import { isFresh } from "./fresh.ts";

const upToDate: Promise<CommandResult> = Promise.resolve({ succeeded: true, output: "" });

/** Builds the kernel for JavaScript, unless it is up to date. */
export function ensureKernel(): Promise<CommandResult> {
  return isFresh(kernel) ? upToDate : run(["node", "packages/transcode/scripts/build-kernel.ts"]);
}

/** Builds stepwire.wasm, unless it is up to date. */
export function ensurePublishedKernel(): Promise<CommandResult> {
  const source = ["--conditions=@stepwire/source", "--import", "./scripts/source-resolver.ts"];
  return isFresh(published)
    ? upToDate
    : run(["node", ...source, "packages/transcode/scripts/build-published.ts"]);
}
