export { ImportError, type ImportErrorCode, type ImportMistake } from "./error.js";
