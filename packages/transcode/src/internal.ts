/* For other packages of Stepwire. Any release may change these exports. */
export { compileTable } from "./table/compile.js";
export { compileHostTable } from "./table/host-table.js";
