import { kernel } from "../../packages/transcode/scripts/outputs.ts";
import { run } from "../library/command.ts";
import { isFresh } from "../library/fresh.ts";

/** Builds the kernel before the tests of a project, unless it is up to date. */
export default async function setUp(): Promise<void> {
  if (isFresh(kernel)) {
    return;
  }
  const built = await run(["node", "packages/transcode/scripts/build-kernel.ts"]);
  if (!built.succeeded) {
    throw new Error(`The kernel could not be built:\n${built.output}`);
  }
}
