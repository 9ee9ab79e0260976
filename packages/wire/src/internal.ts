/* For other packages of Stepwire. Any release may change these exports. */

export { partKindAt, readPart, writePart } from "./archive/parts.js";
export { joinBytes } from "./join-bytes.js";
export { RecordReader, recordHead } from "./record.js";
export { undescribedBytes } from "./verbatim.js";
