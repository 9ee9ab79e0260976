import type { DescMessage, MessageShape } from "@bufbuild/protobuf";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { OpenAIJsonInput } from "@stepwire/core/openai";
import type { DecodeOptions } from "./options.js";
import { decodeValue } from "./values.js";
import type { Violation } from "./violation.js";

/**
 * Returns a Standard Schema (https://standardschema.dev) that validates a JSON value and converts it
 * to a message, like `fromOpenAI`. Frameworks that accept such schemas can validate requests with it.
 *
 * Each violation is an issue: its message has the code, what was expected and what was found; its
 * path has the names of members, and the indexes of elements as numbers.
 */
export function openAISchema<Desc extends DescMessage>(
  schema: Desc,
  options: DecodeOptions = {},
): StandardSchemaV1<OpenAIJsonInput<Desc>, MessageShape<Desc>> {
  return {
    "~standard": {
      version: 1,
      vendor: "stepwire",
      validate(value) {
        const { message, violations } = decodeValue(schema, value, options);
        return message === undefined
          ? { issues: violations.map((violation) => toIssue(violation, value)) }
          : { value: message };
      },
    },
  };
}

function toIssue(
  { code, pointer, expected, found }: Violation,
  value: unknown,
): StandardSchemaV1.Issue {
  return {
    message: `${code}: expected ${expected}, found ${found}`,
    path: pathOf(pointer, value),
  };
}

/** Returns the keys of a JSON Pointer into a value. */
function pathOf(pointer: string, value: unknown): (string | number)[] {
  let place: unknown = value;
  return pointer
    .split("/")
    .slice(1)
    .map((escaped) => {
      const name = escaped.replaceAll("~1", "/").replaceAll("~0", "~");
      const key = Array.isArray(place) ? Number(name) : name;
      place =
        typeof place === "object" && place !== null
          ? (place as Readonly<Record<string | number, unknown>>)[key]
          : undefined;
      return key;
    });
}
