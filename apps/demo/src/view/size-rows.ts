import type { Sizes } from "../model/conversion.js";

/** A form of the document with its size. */
export interface SizeRow {
  readonly label: string;
  readonly bytes: number;
  /** What the colour of its bar means. */
  readonly kind: "json" | "binary" | "floor";
}

/**
 * Returns the sizes to compare, in groups.
 *
 * @param text What the text is called: JSON or SSE.
 */
export function sizeRows(sizes: Sizes, text: string): readonly (readonly SizeRow[])[] {
  const { json, binary, jsonGzip, binaryGzip, jsonZstd, binaryZstd, strings } = sizes;
  const pair = (suffix: string, jsonBytes: number, binaryBytes: number): readonly SizeRow[] => [
    { label: `${text}${suffix}`, bytes: jsonBytes, kind: "json" },
    { label: `Binary${suffix}`, bytes: binaryBytes, kind: "binary" },
  ];
  return [
    pair("", json, binary),
    pair(", gzip", jsonGzip, binaryGzip),
    pair(", zstd", jsonZstd, binaryZstd),
    [{ label: "The strings alone", bytes: strings, kind: "floor" }],
  ];
}

/** Returns the size of the longest bar. */
export function largestOf(groups: readonly (readonly SizeRow[])[]): number {
  return Math.max(1, ...groups.flat().map(({ bytes }) => bytes));
}
