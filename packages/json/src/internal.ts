/* For other packages of Stepwire. Any release may change these exports. */
export { byteLength, readText } from "./bytes.js";
export { excerpt, quote } from "./excerpt.js";
export { findStringMember } from "./find-member.js";
export { checkSpace } from "./format.js";
export { numberText } from "./number.js";
export {
  jsonValueEnd,
  parseJsonString,
  skipSpace,
  splitJsonArray,
  splitJsonObject,
} from "./split.js";
export { isJsonObject, type ValuePlace, writeValue } from "./write.js";
