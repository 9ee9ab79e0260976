import { staleLanguages } from "../library/languages/kernel-copy.ts";
import buildWasm from "./wasm.ts";

/** Fails if the packages of other languages are of another schema or kernel than this one. */
export default async function setUp(): Promise<void> {
  await buildWasm();
  const stale = staleLanguages();
  if (stale.length > 0) {
    const commands = stale.map((language) => `pnpm generate:${language}`);
    throw new Error(`Generated code is stale. Run: ${commands.join(" && ")}`);
  }
}
