import { caseBinary, documentTables, messageTables } from "@stepwire/testing";
import { FEATURES } from "../files.js";
import { schemaNamed } from "../schemas.js";
import type { BinaryInput, JsonInput, Topic } from "../topic.js";

/** Larger inputs are about the limits of engines, and would make the files large. */
const LARGEST_BYTES = 500;

/** Subjects that other topics have, with messages of the model that every language can run. */
const elsewhere: readonly string[] = ["doubles", "integers", "strings", "what is JSON"];

/**
 * The cases of the engines: every feature of the mapping, in messages that are small enough to write
 * down. There is one topic for each subject.
 */
export function features(): readonly Topic[] {
  const documents = subjectsOf(documentTables).map(([subject, cases]) =>
    featureTopic(
      subject,
      cases.map(
        ({ name, schema, json, limits }): JsonInput => ({
          name,
          schema: fullName(schema),
          json,
          ...(limits && { limits }),
        }),
      ),
    ),
  );
  const messages = subjectsOf(messageTables).map(([subject, cases]) =>
    featureTopic(
      subject,
      cases.map(
        ({ name, schema, message, limits }): BinaryInput => ({
          name,
          schema: fullName(schema),
          binary: caseBinary(schemaNamed(fullName(schema)), message),
          ...(limits && { limits }),
        }),
      ),
    ),
  );
  return [...documents, ...messages].filter(({ inputs }) => inputs.length > 0);
}

function subjectsOf<Case>(
  tables: Readonly<Record<string, readonly Case[]>>,
): [string, readonly Case[]][] {
  return Object.entries(tables).filter(([subject]) => !elsewhere.includes(subject));
}

function featureTopic(subject: string, inputs: readonly (JsonInput | BinaryInput)[]): Topic {
  return {
    topic: `${FEATURES}/${subject.replaceAll(" ", "-")}`,
    about: `Cases of both engines: ${subject}.`,
    inputs: inputs.filter(isFeature),
  };
}

function fullName(schema: string): string {
  return `acme.engine.v1.${schema}`;
}

/** Returns whether an input is small and about a message that the model does not have. */
function isFeature(input: JsonInput | BinaryInput): boolean {
  const { length } = "json" in input ? input.json : input.binary;
  return length <= LARGEST_BYTES && schemaNamed(input.schema).typeName === input.schema;
}
