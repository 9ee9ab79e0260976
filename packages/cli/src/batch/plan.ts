import type { DescMessage } from "@bufbuild/protobuf";
import { createTranscoder } from "@stepwire/transcode";
import type { Model } from "../schema/model.js";
import type { BlockOptions, Conversion } from "./block.js";

/** Options for converting blocks, without the schema. */
export type LineOptions = Omit<BlockOptions, "schema">;

/** Plans the conversion of documents that all are instances of a message of a model. */
export function planConversion(
  model: Model,
  schema: DescMessage,
  options: LineOptions,
): Conversion {
  const table = model.tableOf(schema);
  return {
    options: { ...options, schema: { source: model.source, typeName: schema.typeName } },
    kernel: createTranscoder(schema, { ...options, table }).lineKernel(),
  };
}
