export { openaiTypesPlugin } from "./plugin.js";
