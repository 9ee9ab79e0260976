import { join } from "node:path";
import type { Generated } from "../../../scripts/library/fresh.ts";

const root = join(import.meta.dirname, "../../..");

const sources = [
  "packages/parquet/assembly",
  "packages/parquet/scripts",
  "packages/parquet/node_modules/assemblyscript/package.json",
];
const except = ["packages/parquet/assembly/generated"];

/** The module for JavaScript; it has no plan. */
export const columns: Generated = {
  root,
  name: "columns",
  inputs: sources,
  except,
  outputs: ["packages/parquet/src/built/columns.ts", "packages/parquet/src/built/layout.ts"],
};

/** The module with the plan of the model, for hosts in any language. */
export const publishedColumns: Generated = {
  root,
  name: "stepwire-columns.wasm",
  inputs: [
    ...sources,
    "packages/parquet/src/plan",
    "packages/mapping/src",
    "packages/core/src",
    "packages/core/node_modules/@bufbuild/protobuf/package.json",
  ],
  except,
  outputs: ["packages/parquet/build/stepwire-columns.wasm"],
};
