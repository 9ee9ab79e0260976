import type { MessageEngine } from "@stepwire/testing";
import {
  check,
  fromOpenAI,
  inspectResidue,
  OpenAIJsonError,
  parseOpenAI,
  stringifyOpenAI,
  stripResidue,
  toOpenAI,
} from "../src/index.js";

/** More than any generated document has, so that none is cut off. */
const maxViolations = 1_000_000;

/** The reference engine, for the properties that every engine must have. */
export const engine: MessageEngine = {
  parse: (schema, json, mode) => parseOpenAI(schema, json, { mode, maxViolations }),
  stringify: (schema, message) => stringifyOpenAI(schema, message),
  violationsOf: (error) => (error instanceof OpenAIJsonError ? error.violations : undefined),
  fromValue: (schema, value, mode) => fromOpenAI(schema, value, { mode, maxViolations }),
  toValue: (schema, message) => toOpenAI(schema, message),
  check: (schema, value, mode) => check(schema, value, { mode, maxViolations }),
  residueKinds: (schema, message) => inspectResidue(schema, message).map(({ kind }) => kind),
  stripResidue: (schema, message) => stripResidue(schema, message),
};
