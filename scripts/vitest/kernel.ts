import { ensureKernel } from "../library/kernel.ts";

/** Builds the kernel before the tests of a project, unless it is up to date. */
export default async function setUp(): Promise<void> {
  const { succeeded, output } = await ensureKernel();
  if (!succeeded) {
    throw new Error(`The kernel could not be built:\n${output}`);
  }
}
