import {
  FIELD_SLOT,
  MESSAGE_DIRECT,
  MESSAGE_DIRECT_SIZE,
  MESSAGE_FIELD_COUNT,
  MESSAGE_FIELDS,
  MESSAGE_SLOTS,
  MESSAGE_SPARSE,
  MESSAGE_SPARSE_COUNT,
  SLOT_SIZE,
  SPARSE_FIELD,
  SPARSE_NUMBER,
  SPARSE_SIZE,
} from "../built/layout.js";
import type { TableBuilder } from "./builder.js";

/** Fields with smaller numbers are found in an array by number; others by binary search. */
const DIRECT_LIMIT = 256;

/** The largest field number whose tag has one byte; the kernel looks those up without a check. */
const LARGEST_ONE_BYTE_NUMBER = 15;

/** The size of a place within a record. */
const PLACE_SIZE = 4;

/**
 * Returns the offset, after the slots of the fields, where the arm that is set in a oneof is
 * recorded.
 */
export function oneofOffset(fields: number, index: number): number {
  return (fields + index) * SLOT_SIZE;
}

/** Writes the index of a message's fields by number. */
export function writeFieldIndex(
  table: TableBuilder,
  at: number,
  fields: readonly number[],
  numbers: readonly number[],
  oneofs: number,
): void {
  const list = table.allocate(fields.length * PLACE_SIZE);
  const small = numbers.filter((number) => number < DIRECT_LIMIT);
  const directSize = Math.max(LARGEST_ONE_BYTE_NUMBER, ...small) + 1;
  const direct = table.allocate(directSize * PLACE_SIZE);
  const sparse: [number, number][] = [];
  for (const [slot, field] of fields.entries()) {
    const number = numbers[slot] ?? 0;
    table.setU32(field + FIELD_SLOT, slot * SLOT_SIZE);
    table.setU32(list + slot * PLACE_SIZE, field);
    if (number < DIRECT_LIMIT) {
      table.setU32(direct + number * PLACE_SIZE, field);
    } else {
      sparse.push([number, field]);
    }
  }
  const sparsePlace = table.allocate(Math.max(1, sparse.length) * SPARSE_SIZE);
  for (const [index, [number, field]] of sparse.sort(([a], [b]) => a - b).entries()) {
    const entry = sparsePlace + index * SPARSE_SIZE;
    table.setU32(entry + SPARSE_NUMBER, number);
    table.setU32(entry + SPARSE_FIELD, field);
  }
  table.setU32(at + MESSAGE_FIELDS, list);
  table.setU32(at + MESSAGE_FIELD_COUNT, fields.length);
  table.setU32(at + MESSAGE_DIRECT, direct);
  table.setU32(at + MESSAGE_DIRECT_SIZE, directSize);
  table.setU32(at + MESSAGE_SPARSE, sparsePlace);
  table.setU32(at + MESSAGE_SPARSE_COUNT, sparse.length);
  table.setU32(at + MESSAGE_SLOTS, oneofOffset(fields.length, oneofs));
}
