import type { DescMessage } from "@bufbuild/protobuf";
import { getDocumentArms } from "@stepwire/mapping";
import { OpenAIJsonError, parseOpenAI } from "@stepwire/openai-json";
import { documentContent, visitAnnotations } from "@stepwire/wire";
import { documentSchema } from "../schema.js";
import { MAXIMUM_BYTES, transcoderFor } from "../transcoders.js";

/** How well a type describes messages. Each number is better if it is lower. */
export interface TypeFit {
  readonly schema: DescMessage;
  /** Number of places where the bytes are malformed. */
  readonly problems: number;
  /** Size of the fields that the schema does not know. */
  readonly unknownBytes: number;
  /** Strings with control characters, as if a message had been read as a string. */
  readonly oddStrings: number;
  /** What `strict` refuses of the JSON, such as required members that are missing. */
  readonly violations: number;
}

/** Control characters that texts do not contain. */
const CONTROL = /(?![\t\n\f\r])\p{Cc}/u;

/** All types that a message may have: that for any document, and those of its arms. */
export function allSchemas(): readonly DescMessage[] {
  return [documentSchema, ...getDocumentArms(documentSchema).map(({ message }) => message)];
}

/** Returns the types that describe messages best, the best first. */
export async function rankTypes(
  messages: readonly Uint8Array[],
  schemas: readonly DescMessage[] = allSchemas(),
): Promise<readonly TypeFit[]> {
  const fits = schemas
    .map((schema) => fitFields(schema, messages))
    .sort((one, other) => compareFields(one, other));
  const [best] = fits;
  const finalists = fits.filter((fit) => best !== undefined && compareFields(fit, best) === 0);
  const judged: TypeFit[] = [];
  for (const fit of finalists) {
    judged.push({ ...fit, violations: await countViolations(fit.schema, messages) });
  }
  return judged.sort((one, other) => one.violations - other.violations);
}

/** Compares how many bytes two types leave without a meaning. */
export function compareFields(one: TypeFit, other: TypeFit): number {
  return (
    one.problems - other.problems ||
    one.unknownBytes - other.unknownBytes ||
    one.oddStrings - other.oddStrings
  );
}

function fitFields(schema: DescMessage, messages: readonly Uint8Array[]): TypeFit {
  let problems = 0;
  let unknownBytes = 0;
  let oddStrings = 0;
  for (const message of messages) {
    visitAnnotations(schema, message, {
      annotation: ({ content, tag, value }) => {
        unknownBytes += content.kind === "unknown" ? value.end - tag.start : 0;
        oddStrings += content.kind === "string" && CONTROL.test(content.value) ? 1 : 0;
      },
      problem: () => {
        problems++;
      },
    });
    if (schema === documentSchema && message.length > 0 && problems === 0) {
      // Several arms, or an arm among other fields, are not a document.
      problems += isDocument(message) ? 0 : 1;
    }
  }
  return { schema, problems, unknownBytes, oddStrings, violations: 0 };
}

/** Returns whether bytes are one arm of a document, or an object of an unknown kind. */
function isDocument(message: Uint8Array): boolean {
  if (documentContent(documentSchema, message).schema !== documentSchema) {
    return true;
  }
  const arms = getDocumentArms(documentSchema).map(({ field }) => field.number);
  let hasArm = false;
  visitAnnotations(documentSchema, message, {
    annotation: ({ depth, fieldNumber }) => {
      hasArm ||= depth === 0 && arms.includes(fieldNumber);
    },
  });
  return !hasArm;
}

async function countViolations(
  schema: DescMessage,
  messages: readonly Uint8Array[],
): Promise<number> {
  const transcoder = await transcoderFor(schema, "archive");
  let violations = 0;
  for (const message of messages) {
    try {
      const json = transcoder.toJson(message);
      parseOpenAI(schema, json, { mode: "strict", maxBytes: MAXIMUM_BYTES });
    } catch (reason) {
      if (!(reason instanceof OpenAIJsonError)) {
        throw reason;
      }
      violations += reason.violations.length;
    }
  }
  return violations;
}
