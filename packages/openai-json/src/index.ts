export { checkBinary } from "./binary.js";
export { formatViolation, OpenAIJsonError } from "./error.js";
export type {
  DecodeOptions,
  EncodeOptions,
  Mode,
  ParseOptions,
  StringifyOptions,
} from "./options.js";
export { inspectResidue, type ResidueEntry, stripResidue } from "./residue.js";
export { openAISchema } from "./standard-schema.js";
export { checkText, parseOpenAI, stringifyOpenAI } from "./text.js";
export { check, fromOpenAI, toOpenAI } from "./values.js";
export type { Violation, ViolationCode } from "./violation.js";
