import type { DescMessage } from "@bufbuild/protobuf";
import { compileNamedTable } from "./compile.js";
import { CAPACITY_OFFSET } from "./layout-mark.js";

/**
 * Compiles a table of several message types, with which the packages for other languages convert
 * them instead of the built-in ones. A host writes it into the memory of `stepwire.wasm` in place of
 * the built-in table; see docs/kernel-abi.md.
 *
 * The table is for packages of the same version. They refuse a table with another layout.
 *
 * @param schemas The messages. All messages that they reach, and that are JSON objects, can be
 *   selected as well.
 * @throws {MappingError} if the options of a message are missing or wrong.
 */
export function compileHostTable(schemas: readonly DescMessage[]): Uint8Array {
  const table = compileNamedTable(schemas);
  const header = new DataView(table.buffer, table.byteOffset);
  header.setUint32(CAPACITY_OFFSET, table.length, true);
  return table;
}
