import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../command.ts";

/** Which build of the kernel a language's package carries, and where. */
export interface KernelCopy {
  /** The file that `pnpm build:wasm` writes. */
  readonly source: string;
  /** Its copy in the package. */
  readonly copy: string;
}

function kernelCopy(name: string, folder: string): KernelCopy {
  return {
    source: join(root, "packages/transcode/build", name),
    copy: join(root, "packages", folder, name),
  };
}

/** The copies by the name of the language. */
export const kernelCopies: Readonly<Record<"go" | "java" | "python" | "rust", KernelCopy>> = {
  go: kernelCopy("stepwire.wasm", "stepwire-go"),
  java: kernelCopy("stepwire-scalar.wasm", "stepwire-java/target/wasm"),
  python: kernelCopy("stepwire.wasm", "stepwire-py/src/stepwire"),
  rust: kernelCopy("stepwire.wasm", "stepwire-rs/src"),
};

/**
 * The languages whose package was generated from another schema or kernel: the file has
 * both. A package that was not generated at all is not stale.
 */
export function staleLanguages(
  copies: Readonly<Record<string, KernelCopy>> = kernelCopies,
): string[] {
  return Object.entries(copies).flatMap(([language, { source, copy }]) =>
    existsSync(copy) && !readFileSync(copy).equals(readFileSync(source)) ? [language] : [],
  );
}
