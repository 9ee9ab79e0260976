import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../command.ts";

/** A WebAssembly module that a language's package contains, and its location. */
export interface KernelCopy {
  /** The file written by `pnpm build:wasm`. */
  readonly source: string;
  /** Its copy in the package. */
  readonly copy: string;
}

/** Modules with the same results for all runtimes, by the package that builds them. */
const others = [["accumulate", "stepwire-accumulate.wasm"]] as const;
/** The module for the languages in which tables are read, and those on which they are based. */
const columns = ["parquet", "stepwire-columns.wasm"] as const;

function moduleCopies(
  kernel: string,
  folder: string,
  more: readonly (typeof columns)[] = [],
): readonly KernelCopy[] {
  return [["transcode", kernel] as const, ...others, ...more].map(([source, name]) => ({
    source: join(root, "packages", source, "build", name),
    copy: join(root, "packages", folder, name),
  }));
}

/** The copies, by language. */
export const kernelCopies: Readonly<
  Record<"go" | "java" | "python" | "rust", readonly KernelCopy[]>
> = {
  go: moduleCopies("stepwire.wasm", "stepwire-go"),
  java: moduleCopies("stepwire-scalar.wasm", "stepwire-java/target/wasm"),
  // The native module contains those of Rust. These copies only tell what it was built from.
  python: moduleCopies("stepwire.wasm", "stepwire-py/.venv/wasm", [columns]),
  rust: moduleCopies("stepwire.wasm", "stepwire-rs/src", [columns]),
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
  copies: Readonly<Record<string, readonly KernelCopy[]>> = kernelCopies,
): string[] {
  return Object.entries(copies).flatMap(([language, modules]) =>
    modules.some(isStale) ? [language] : [],
  );
}

function isStale({ source, copy }: KernelCopy): boolean {
  return existsSync(copy) && !readFileSync(copy).equals(readFileSync(source));
}
