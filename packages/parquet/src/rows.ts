/*
 * Encodes rows by a plan. Threads load only this entry, because the schema and the mapping take long
 * to load.
 */
export { ColumnKernel, type ColumnPlan } from "./columns.js";
export { type EncodedPage, type EncodedRows, encodeRows } from "./write/pages.js";
