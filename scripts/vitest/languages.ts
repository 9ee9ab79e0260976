import { staleLanguages } from "../library/languages/kernel-copy.ts";
import buildWasm from "./wasm.ts";

/**
 * Fails if tests across languages should run and a language's package was generated from another
 * schema or kernel.
 */
export default async function setUp(): Promise<void> {
  if (process.env["LANGUAGE_TESTS"] !== "1") {
    return;
  }
  await buildWasm();
  const stale = staleLanguages();
  if (stale.length > 0) {
    const commands = stale.map((language) => `pnpm generate:${language}`);
    throw new Error(`Generated code is stale. Run: ${commands.join(" && ")}`);
  }
}
