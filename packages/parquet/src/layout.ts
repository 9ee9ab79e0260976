/*
 * What our files have in addition to what Parquet defines: a part before each row group and before
 * the footer, in bytes that no offset of Parquet refers to. With them, a file can be read from its
 * start, without its footer. docs/parquet.md describes it.
 */

/** The first and last bytes of every Parquet file. */
export const MAGIC: Uint8Array = Uint8Array.of(0x50, 0x41, 0x52, 0x31);

/** The start of a part; random bytes. */
export const PART_MARKER: Uint8Array = Uint8Array.of(
  0x8b,
  0x53,
  0x57,
  0x50,
  0x51,
  0xc6,
  0x1d,
  0x9e,
  0x34,
  0xf2,
  0x07,
  0xa9,
  0x7c,
  0xe5,
  0x60,
  0xbb,
);
/** The size of a part before its text: the marker, the size of the text and its CRC-32. */
export const PART_HEAD_BYTES: number = PART_MARKER.length + 8;

/** The text of a part before a row group. */
export interface GroupPart {
  readonly kind: "rows";
  /** The full name of the message type. */
  readonly type: string;
  /** The number of rows. */
  readonly rows: number;
  /** For each page of the first column: its size with its header, and the number of its rows. */
  readonly pages: readonly (readonly [bytes: number, rows: number])[];
  /** The size of all other columns. */
  readonly others: number;
}

/** The text of the part before the footer. */
export interface EndPart {
  readonly kind: "end";
  /** The full name of the message type. */
  readonly type: string;
  /** The number of rows of all row groups. */
  readonly rows: number;
}
