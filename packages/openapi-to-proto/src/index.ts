export { ImportError, type ImportErrorCode, type ImportMistake } from "./error.js";
export { type MapOptions, type MapResult, mapDocument } from "./map/map-document.js";
