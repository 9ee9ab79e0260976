import { run } from "../library/command.ts";

/** Builds stepwire.wasm before the tests of a project, unless it is up to date. */
export default async function setUp(): Promise<void> {
  const built = await run(["pnpm", "--silent", "build:wasm"]);
  if (!built.succeeded) {
    throw new Error(`stepwire.wasm could not be built:\n${built.output}`);
  }
}
