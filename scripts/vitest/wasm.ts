import { ensurePublishedKernel } from "../library/kernel.ts";

/** Builds stepwire.wasm before the tests of a project, unless it is up to date. */
export default async function setUp(): Promise<void> {
  const { succeeded, output } = await ensurePublishedKernel();
  if (!succeeded) {
    throw new Error(`stepwire.wasm could not be built:\n${output}`);
  }
}
