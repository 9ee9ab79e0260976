import type { DescMessage } from "@bufbuild/protobuf";
import { RunStepDeltaSchema, RunStepListSchema, RunStepSchema } from "@stepwire/core";
import { inspectResidue, parseOpenAI, stringifyOpenAI, stripResidue } from "@stepwire/openai-json";
import { corpusDocuments } from "@stepwire/testing";
import { readFiles } from "../../src/files.js";
import type { VectorFile } from "../../src/format.js";
import type { OracleDocument, OracleType } from "./oracles.js";

/** The schema of each type. */
export const schemas: Readonly<Record<OracleType, DescMessage>> = {
  RunStep: RunStepSchema,
  RunStepDelta: RunStepDeltaSchema,
  RunStepList: RunStepListSchema,
};

const corpusTypes = {
  run_step: "RunStep",
  run_step_delta: "RunStepDelta",
  run_step_list: "RunStepList",
} as const;

function isType(name: string): name is OracleType {
  return Object.hasOwn(schemas, name);
}

/** The vectors in the canonical form, which is what is left without a residue. */
function fromVectors(): OracleDocument[] {
  return [...readFiles()].flatMap(([topic, text]) => {
    const { cases }: VectorFile = JSON.parse(text);
    return cases.flatMap(({ name, schema, output, message }) => {
      const type = schema.replace("stepwire.v1.", "");
      const isCanonical =
        output !== undefined && !JSON.stringify(message).includes('"jsonResidue"');
      return isCanonical && isType(type) ? [{ name: `${topic}: ${name}`, type, json: output }] : [];
    });
  });
}

/** The documents of the corpus, without what the schema does not know of; if that leaves one. */
function fromCorpus(): OracleDocument[] {
  return corpusDocuments().flatMap(({ name, type, bytes }) => {
    try {
      const schema = schemas[corpusTypes[type]];
      const message = parseOpenAI(schema, new TextDecoder().decode(bytes), { mode: "archive" });
      stripResidue(schema, message);
      if (inspectResidue(schema, message).length > 0) {
        return [];
      }
      return [{ name, type: corpusTypes[type], json: stringifyOpenAI(schema, message) }];
    } catch {
      // Without its residue, something required is missing.
      return [];
    }
  });
}

/** Documents in canonical form, without residue and without what only other servers send. */
export function canonicalDocuments(): OracleDocument[] {
  return [...fromVectors(), ...fromCorpus()].filter(({ json }) => !isOfOtherServer(json));
}

const toolTypes: readonly unknown[] = ["code_interpreter", "file_search", "function", undefined];

/**
 * Returns whether a document has activities, or calls of tools that OpenAI's specification does not
 * have. All packages refuse or lose these.
 */
function isOfOtherServer(json: string): boolean {
  let found = false;
  JSON.parse(json, (name, value: unknown) => {
    if (name === "tool_calls" && Array.isArray(value)) {
      found ||= value.some((call) => !toolTypes.includes(Object(call).type));
    }
    found ||= name === "type" && value === "activities";
    return value;
  });
  return found;
}
