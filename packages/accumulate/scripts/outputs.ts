import { dirname, join } from "node:path";
import type { Generated } from "../../../scripts/library/fresh.ts";

/** The directory of this package. */
export const directory: string = dirname(import.meta.dirname);

/** The module for hosts in any language, with the plan of all event messages of the model. */
export const accumulateModule: Generated = {
  root: join(directory, "../.."),
  name: "stepwire-accumulate.wasm",
  inputs: [
    "packages/accumulate/assembly",
    "packages/accumulate/scripts",
    "packages/accumulate/src",
    "packages/mapping/src",
    "packages/core/src",
    "packages/core/node_modules/@bufbuild/protobuf/package.json",
    "packages/accumulate/node_modules/assemblyscript/package.json",
  ],
  except: ["packages/accumulate/assembly/generated"],
  outputs: ["packages/accumulate/build/stepwire-accumulate.wasm"],
};
