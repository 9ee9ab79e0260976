export {
  type ArrowColumn,
  type Column,
  ColumnKernel,
  type ConvertedColumns,
  type PageBody,
  type Range,
} from "./columns.js";
export { compilePlan } from "./plan/compile.js";
