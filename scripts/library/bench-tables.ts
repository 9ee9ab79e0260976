import { readFileSync } from "node:fs";
import { relative } from "node:path";
import { isCurrent, type Measured } from "../../packages/bench/src/speed/circumstances.ts";
import { root } from "./command.ts";
import { benchmarksFile, handlerFile, parquetFile, readSection } from "./readme.ts";

/** The place of a table. */
export interface BenchTable {
  readonly file: string;
  readonly section: string;
}

/** A part of the benchmarks that is always measured as a whole. */
export interface BenchPart {
  readonly name: string;
  /** The kernel and package versions that its results depend on. */
  readonly measured: readonly Measured[];
  /** Its tables: the file and the section of each. */
  readonly tables: readonly BenchTable[];
  /** Whether it measures the output of `pnpm build` instead of the sources. */
  readonly needsBuild: boolean;
}

function part(name: string, measured: readonly Measured[], needsBuild = false): BenchPart {
  return { name, measured, tables: [{ file: benchmarksFile, section: name }], needsBuild };
}

/** All parts, in the order in which they are measured. */
export const benchParts: readonly BenchPart[] = [
  {
    name: "transcoding",
    measured: ["kernel"],
    tables: [
      { file: benchmarksFile, section: "to-binary" },
      { file: benchmarksFile, section: "to-json" },
    ],
    needsBuild: false,
  },
  part("alternatives", ["@bufbuild/protobuf", "protobufjs", "msgpackr", "cbor-x", "kernel"]),
  // This part measures the reference engine, which does not use the kernel.
  part("objects", ["@bufbuild/protobuf"]),
  {
    name: "growth",
    measured: ["kernel"],
    tables: [
      { file: benchmarksFile, section: "growth" },
      { file: benchmarksFile, section: "adversarial" },
    ],
    needsBuild: false,
  },
  part("load", ["kernel"], true),
  part("pack", ["kernel"], true),
  part("parquet", ["kernel"], true),
  {
    name: "questions",
    measured: ["kernel"],
    tables: [{ file: parquetFile, section: "questions" }],
    needsBuild: true,
  },
  part("languages", ["@bufbuild/protobuf", "kernel"]),
  {
    name: "handlers",
    measured: ["kernel"],
    tables: [{ file: handlerFile, section: "handlers" }],
    // It builds and packs all packages itself.
    needsBuild: false,
  },
];

/** Returns the parts with a table that was measured with another kernel or other versions. */
export function staleParts(
  parts: readonly BenchPart[] = benchParts,
  read: (file: string) => string = (file) => readFileSync(file, "utf8"),
): BenchPart[] {
  return parts.filter(({ tables, measured }) =>
    tables.some(({ file, section }) => !isCurrent(readSection(read(file), section), measured)),
  );
}

/** Returns the output of `pnpm bench --check`; empty if no table is stale. */
export function describeStale(parts: readonly BenchPart[]): string {
  if (parts.length === 0) {
    return "";
  }
  const lines = parts.flatMap(({ tables }) =>
    tables.map(({ file, section }) => `${relative(root, file)}: the table "${section}" is stale`),
  );
  return [...lines, "Measure these again with: pnpm bench --stale --write"].join("\n");
}
