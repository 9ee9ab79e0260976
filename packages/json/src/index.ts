export { byteLength, readText } from "./bytes.js";
export { type CompareOptions, compareJson, type Difference } from "./compare.js";
export { excerpt, quote } from "./excerpt.js";
export { JsonError, type JsonFault, type JsonFaultCode } from "./fault.js";
export { checkSpace, formatJson, minifyJson } from "./format.js";
export type { ArrayNode, ObjectNode, TextMembers, TextNode } from "./node.js";
export { doubleOf, exactDoubleOf, integerOf, normalizeNumber, numberText } from "./number.js";
export { findJsonPlaces, type JsonPlace, type TextRange } from "./places.js";
export { formatPointer, parentPointer, pointerTo } from "./pointer.js";
export {
  jsonValueEnd,
  parseJsonString,
  skipSpace,
  splitJsonArray,
  splitJsonObject,
} from "./split.js";
export { TextTree, type TreeOptions } from "./tree.js";
export { isJsonObject, type ValuePlace, writeValue } from "./write.js";
