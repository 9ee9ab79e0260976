/*
 * Compiles stepwire-accumulate.wasm for hosts in any language, with the plan of all event messages of
 * the model. Does nothing if it is up to date. It is not committed. Run it with `pnpm build:wasm`.
 */
import { join } from "node:path";
import { ensureFresh, replaceFile } from "../../../scripts/library/fresh.ts";
import { accumulateModule, directory } from "./outputs.ts";

await ensureFresh(accumulateModule, async () => {
  // Imported only if needed, because the compiler and the schema take a second to load.
  const { hasOption } = await import("@bufbuild/protobuf");
  const { files } = await import("@stepwire/core/registry");
  const { event } = await import("@stepwire/mapping/stepwire/json/v1/stream_pb.js");
  const { compileAccumulationPlan } = await import("../src/index.js");
  const { compile } = await import("./compile.ts");

  const events = files
    .flatMap(({ messages }) => messages)
    .filter(({ fields }) => fields.some((field) => hasOption(field, event)));
  const plan = compileAccumulationPlan(events);
  const wasm = await compile(plan);
  replaceFile(join(directory, "build/stepwire-accumulate.wasm"), wasm);
  console.log(
    `packages/accumulate/build/stepwire-accumulate.wasm: ${wasm.length} bytes, of which plan ${plan.length}`,
  );
});
