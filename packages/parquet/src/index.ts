export {
  type ArrowColumn,
  type Column,
  ColumnKernel,
  type ColumnPlan,
  type ConvertedColumns,
  type PageBody,
  type Range,
} from "./columns.js";
export { compilePlan, DOCUMENT_COLUMN, planColumns } from "./plan/compile.js";
export { type RandomAccess, readOtherFile } from "./read/other-file.js";
export {
  type ByteSource,
  isOwnFile,
  OWN_HEAD_BYTES,
  type ParquetReadOptions,
  readOwnFile,
} from "./read/own-file.js";
export { type EncodedPage, type EncodedRows, encodeRows } from "./write/pages.js";
export { type ParquetWriteOptions, ParquetWriter } from "./write/writer.js";
