import { readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { isCurrent, type Measured } from "../../packages/bench/src/speed/circumstances.ts";
import { root } from "./command.ts";
import { readmeFile, readSection } from "./readme.ts";

/** A part of the benchmarks, which is measured as a whole. */
export interface BenchPart {
  readonly name: string;
  /** What its figures depend on. */
  readonly measured: readonly Measured[];
  /** The file that has its tables. */
  readonly file: string;
  /** The sections of the file, one for each table. */
  readonly sections: readonly string[];
  /** Whether it runs what `pnpm build` writes, rather than the sources. */
  readonly needsBuild: boolean;
}

const document = join(root, "docs/benchmarks.md");

function part(name: string, measured: readonly Measured[], needsBuild = false): BenchPart {
  return { name, measured, file: document, sections: [name], needsBuild };
}

/** All parts, in the order in which they are measured. */
export const benchParts: readonly BenchPart[] = [
  {
    name: "transcoding",
    measured: ["@bufbuild/protobuf", "protobufjs", "msgpackr", "cbor-x", "kernel"],
    file: readmeFile,
    sections: ["bench-to-binary", "bench-to-json"],
    needsBuild: false,
  },
  // Of the reference engine, which has no kernel.
  part("objects", ["@bufbuild/protobuf"]),
  part("growth", ["kernel"]),
  part("load", ["kernel"], true),
  part("pack", ["kernel"], true),
  part("languages", ["@bufbuild/protobuf", "kernel"]),
];

/** The parts that have a table which was measured with another kernel or other versions. */
export function staleParts(
  parts: readonly BenchPart[] = benchParts,
  read: (file: string) => string = (file) => readFileSync(file, "utf8"),
): BenchPart[] {
  return parts.filter(({ file, sections, measured }) =>
    sections.some((section) => !isCurrent(readSection(read(file), section), measured)),
  );
}

/** What `pnpm bench --check` prints; empty if no table is stale. */
export function describeStale(parts: readonly BenchPart[]): string {
  if (parts.length === 0) {
    return "";
  }
  const lines = parts.flatMap(({ file, sections }) =>
    sections.map((section) => `${relative(root, file)}: the table "${section}" is stale`),
  );
  return [...lines, "Measure these again with: pnpm bench --stale --write"].join("\n");
}
