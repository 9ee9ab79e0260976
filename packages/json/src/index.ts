export { jsonValueEnd, parseJsonString, splitJsonArray, splitJsonObject } from "./text.js";
