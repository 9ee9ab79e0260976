import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../command.ts";

/** The kernel build that a language's package contains, and its location. */
export interface KernelCopy {
  /** The file written by `pnpm build:wasm`. */
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

/** The copies, by language. */
export const kernelCopies: Readonly<Record<"go" | "java" | "python" | "rust", KernelCopy>> = {
  go: kernelCopy("stepwire.wasm", "stepwire-go"),
  java: kernelCopy("stepwire-scalar.wasm", "stepwire-java/target/wasm"),
  python: kernelCopy("stepwire.wasm", "stepwire-py/src/stepwire"),
  rust: kernelCopy("stepwire.wasm", "stepwire-rs/src"),
};

/** Returns whether a name is that of a language with a package of its own. */
export function isLanguage(name: string): name is keyof typeof kernelCopies {
  return Object.hasOwn(kernelCopies, name);
}

/**
 * Returns the languages whose package was generated from another schema or kernel; the generated
 * file contains both. A package that was never generated is not stale.
 */
export function staleLanguages(
  copies: Readonly<Record<string, KernelCopy>> = kernelCopies,
): string[] {
  return Object.entries(copies).flatMap(([language, { source, copy }]) =>
    existsSync(copy) && !readFileSync(copy).equals(readFileSync(source)) ? [language] : [],
  );
}
