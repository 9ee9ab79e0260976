import { caseBinary, documentTables, messageTables } from "@stepwire/testing";
import { FEATURES } from "../files.js";
import { schemaNamed } from "../schemas.js";
import type { BinaryInput, JsonInput, Topic } from "../topic.js";

/** The cases of the engine suite that are about documents of a subject. */
function documentInputs(subject: string): readonly JsonInput[] {
  return (documentTables[subject] ?? []).map(({ name, schema, json, limits }) => ({
    name,
    schema: fullName(schema),
    json,
    ...(limits && { limits }),
  }));
}

/** Those about messages. */
function messageInputs(subject: string): readonly BinaryInput[] {
  return (messageTables[subject] ?? []).map(({ name, schema, message, limits }) => ({
    name,
    schema: fullName(schema),
    binary: caseBinary(schemaNamed(fullName(schema)), message),
    ...(limits && { limits }),
  }));
}

function fullName(schema: string): string {
  return `acme.engine.v1.${schema}`;
}

/** Features of the mapping that no message of the run-step model has. */
export function features(): readonly Topic[] {
  return [
    {
      topic: `${FEATURES}/kinds`,
      about: "Unions by kind: strings, numbers, booleans, arrays, objects and null in one member.",
      inputs: [...documentInputs("unions by kind"), ...messageInputs("messages of unions by kind")],
    },
    {
      topic: `${FEATURES}/lists`,
      about:
        "Inline unions of lists, which their first element tells apart, and of several unions of events.",
      inputs: documentInputs("lists and events in inline unions"),
    },
    {
      topic: `${FEATURES}/bytes`,
      about: "Bytes, which are base64, and strings that are not.",
      inputs: [...documentInputs("bytes"), ...messageInputs("messages with bytes")],
    },
  ];
}
