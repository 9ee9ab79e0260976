import { join } from "node:path";
import type { Generated } from "../../../scripts/library/fresh.ts";

const root = join(import.meta.dirname, "../../..");

const sources = [
  "packages/transcode/assembly",
  "packages/transcode/scripts",
  "packages/mapping/src/gen/stepwire/json/v1/conversion_pb.ts",
  "packages/transcode/node_modules/assemblyscript/package.json",
];
const except = ["packages/transcode/assembly/generated"];

/** The kernel for JavaScript. */
export const kernel: Generated = {
  root,
  name: "kernel",
  inputs: sources,
  except,
  outputs: [
    "packages/transcode/assembly/generated/codes.ts",
    "packages/transcode/build/kernel.wasm",
    "packages/transcode/src/built/kernel.ts",
    "packages/transcode/src/built/layout.ts",
  ],
};

/** The kernel with the table of the model, for hosts in any language. */
export const published: Generated = {
  root,
  name: "stepwire.wasm",
  inputs: [
    ...sources,
    "packages/transcode/src/table",
    "packages/mapping/src",
    "packages/core/src",
    "packages/core/node_modules/@bufbuild/protobuf/package.json",
  ],
  except,
  outputs: [
    "packages/transcode/build/stepwire.wasm",
    "packages/transcode/build/stepwire-scalar.wasm",
  ],
};
