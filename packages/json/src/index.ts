export { type CompareOptions, compareJson, type Difference } from "./compare.js";
export { JsonError, type JsonFault, type JsonFaultCode } from "./fault.js";
export { formatJson, minifyJson } from "./format.js";
export type { ArrayNode, ObjectNode, TextMembers, TextNode } from "./node.js";
export { doubleOf, exactDoubleOf, integerOf, normalizeNumber } from "./number.js";
export { findJsonPlaces, type JsonPlace, type TextRange } from "./places.js";
export { formatPointer, parentPointer, pointerTo } from "./pointer.js";
export { TextTree, type TreeOptions } from "./tree.js";
