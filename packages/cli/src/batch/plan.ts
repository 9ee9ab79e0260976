import type { DescMessage } from "@bufbuild/protobuf";
import { createTranscoder } from "@stepwire/transcode";
import type { SchemaSource } from "../schema/model.js";
import type { BlockOptions, Conversion } from "./block.js";

/** Options for converting blocks, without the schema. */
export type LineOptions = Omit<BlockOptions, "schema">;

/** Plans the conversion of documents that all are instances of a message. */
export function planConversion(
  source: SchemaSource,
  schema: DescMessage,
  options: LineOptions,
): Conversion {
  return {
    options: { ...options, schema: { source, typeName: schema.typeName } },
    kernel: createTranscoder(schema, options).lineKernel(),
  };
}
