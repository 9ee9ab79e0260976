import { RunStepSchema } from "@stepwire/core";
import {
  ColumnKernel,
  encodeRows,
  ParquetWriter,
  planColumns,
  readOtherFile,
  readOwnFile,
} from "@stepwire/parquet";
import { createTranscoder } from "@stepwire/transcode";
import { drain } from "./chunks.js";
import type { Growth } from "./measure.js";
import { list, sizesOf, stepShapes } from "./shapes.js";

const transcoder = createTranscoder(RunStepSchema, { mode: "archive" });
const kernel = new ColumnKernel(planColumns(RunStepSchema));
const step = stepShapes["tool calls"] ?? (() => "");

/** Lines by the part that grows. */
const shapes: Readonly<Record<string, (size: number) => string>> = {
  documents: (size) => list(size, () => step(1)).replaceAll("},{", "}\n{"),
  ...Object.fromEntries(
    ["tool calls", "unknown members", "a long text", "entries of a map"].map((name) => [
      name,
      (size: number) => stepShapes[name]?.(size) ?? "",
    ]),
  ),
};

function packed(lines: string): Uint8Array {
  return transcoder.packLines(Buffer.from(lines.replaceAll(" \n", " "))).output;
}

function write(messages: Uint8Array): Buffer {
  const { typeName: type } = RunStepSchema;
  const writer = new ParquetWriter({ type, columns: kernel.columns, version: "1" });
  const rows = encodeRows(kernel, kernel.convert(messages).rows);
  return Buffer.concat([writer.start(), ...writer.add(rows), ...writer.finish()]);
}

function reader(file: Buffer) {
  let position = 0;
  return {
    read(buffer: Uint8Array): Promise<number> {
      const size = file.copy(buffer, 0, position);
      position += size;
      return Promise.resolve(size);
    },
  };
}

/** Growth tests for Parquet files. */
export const parquetGrowth: readonly Growth[] = Object.entries(shapes).flatMap(
  ([shape, make]): Growth[] => [
    {
      of: [
        "@stepwire/parquet:ColumnKernel",
        "@stepwire/parquet:encodeRows",
        "@stepwire/parquet/rows:ColumnKernel",
        "@stepwire/parquet/rows:encodeRows",
        "@stepwire/parquet:ParquetWriter",
      ],
      shape,
      ...sizesOf(shape),
      prepare: (size) => {
        const messages = packed(make(size));
        return () => write(messages);
      },
    },
    {
      of: ["@stepwire/parquet:readOwnFile"],
      shape,
      ...sizesOf(shape),
      prepare: (size) => {
        const file = write(packed(make(size)));
        return () => drain(readOwnFile(reader(file)));
      },
    },
    {
      of: ["@stepwire/parquet:readOtherFile"],
      shape,
      ...sizesOf(shape),
      prepare: (size) => {
        const file = write(packed(make(size)));
        const readAt = (buffer: Uint8Array, position: number) =>
          Promise.resolve(file.copy(buffer, 0, position));
        return () => drain(readOtherFile({ size: file.length, readAt }));
      },
    },
  ],
);
