import type { ArrowColumn, Column, ColumnKernel } from "../../src/index.js";

/** A value of a column: timestamps are in microseconds, integers are bigints. */
export type Value = string | boolean | bigint | number | readonly string[];
/** The values of a row that are not null, by column, without the document. */
export type Row = Readonly<Record<string, Value>>;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Returns the rows of the last conversion. */
export function rowsOf(kernel: ColumnKernel, count: number): Row[] {
  const columns = kernel.columns.map((column, index) => ({
    ...column,
    buffers: kernel.column(index),
  }));
  return Array.from({ length: count }, (_, row) =>
    Object.fromEntries(
      columns.slice(1).flatMap(({ buffers, ...column }) => {
        const value = valueAt(column, buffers, row);
        return value === undefined ? [] : [[column.name, value]];
      }),
    ),
  );
}

/** Returns the documents in the first column. */
export function documentsOf(kernel: ColumnKernel, count: number): Uint8Array[] {
  const { data, offsets } = kernel.column(0);
  return Array.from({ length: count }, (_, row) =>
    data.subarray(offsets?.[row], offsets?.[row + 1]),
  );
}

function valueAt(column: Column, buffers: ArrowColumn, row: number): Value | undefined {
  if (!hasBit(buffers.validity, row)) {
    return undefined;
  }
  const { data, offsets, elementOffsets } = buffers;
  if (column.isList) {
    const [start = 0, end = 0] = offsets?.subarray(row, row + 2) ?? [];
    return Array.from({ length: end - start }, (_, index) =>
      textAt(data, elementOffsets, start + index),
    );
  }
  const view = new DataView(data.buffer);
  switch (column.type) {
    case "boolean":
      return hasBit(data, row);
    case "integer":
    case "timestamp":
      return view.getBigInt64(row * 8, true);
    case "double":
      return view.getFloat64(row * 8, true);
    default:
      return textAt(data, offsets, row);
  }
}

function textAt(data: Uint8Array, offsets: Int32Array | undefined, index: number): string {
  return utf8.decode(data.subarray(offsets?.[index], offsets?.[index + 1]));
}

function hasBit(bits: Uint8Array, index: number): boolean {
  return (((bits[index >> 3] ?? 0) >> (index & 7)) & 1) === 1;
}
