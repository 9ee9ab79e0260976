import { LAYOUT_HASH, MAGIC } from "../built/layout.js";

/** Offsets in the header of a table, of 32-bit words that only hosts read. */
export const LAYOUT_OFFSET = 24;
export const CAPACITY_OFFSET = 28;

/** The number of bytes that are needed to check a table. */
const CHECKED_BYTES = 32;

/** Returns whether a table has the layout of this version of the package. */
export function hasCurrentLayout(table: Uint8Array): boolean {
  if (table.length < CHECKED_BYTES) {
    return false;
  }
  const header = new DataView(table.buffer, table.byteOffset, CHECKED_BYTES);
  return (
    header.getUint32(0, true) === MAGIC && header.getUint32(LAYOUT_OFFSET, true) === LAYOUT_HASH
  );
}
