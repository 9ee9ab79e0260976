import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { isReflectMessage, type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { getMessageMapping } from "@stepwire/mapping";
import { OpenAIJsonError, parseOpenAI } from "@stepwire/openai-json";
import { DocumentGenerator, type DocumentOptions } from "@stepwire/testing";
import { outermostMessages } from "../schemas.js";
import type { JsonInput, Topic } from "../topic.js";

/** The kinds of documents to choose from. */
const kinds: readonly (readonly [name: string, options: DocumentOptions])[] = [
  ["canonical", { rightIn: "canonical" }],
  ["right in strict", { rightIn: "strict" }],
  ["right in preserve", { rightIn: "preserve" }],
];

/** How many documents of each kind and message to choose from, and about how large they are. */
const COUNT = 200;
const SIZE = 15;

/** A document that may become a vector. */
interface Candidate extends JsonInput {
  readonly json: string;
  /** The fields that are set in the message of the document, and its enum values. */
  readonly features: ReadonlySet<string>;
}

/**
 * Generated documents of each message of the model that can be a document: few, but every field,
 * arm and enum value that the generator finds is in one of them. A file for each package.
 */
export function messagesTopics(): readonly Topic[] {
  const packages = Map.groupBy(outermostMessages(), ({ file }) => file.proto.package);
  return [...packages].map(([name, messages]) => ({
    topic: `messages-${name}`,
    about: `Generated documents of each message of ${name} that can be a document. Together they have every field, arm and enum value.`,
    inputs: choose(messages.flatMap(candidatesOf)),
  }));
}

function candidatesOf(schema: DescMessage): readonly Candidate[] {
  return kinds.flatMap(([kind, options]) => {
    const generator = new DocumentGenerator(schema, options);
    return Array.from({ length: COUNT }, (_, index): Candidate => {
      const { text } = generator.generate(index + 1, SIZE);
      return {
        name: `${schema.name} ${kind}, ${index + 1}`,
        schema: schema.typeName,
        json: text,
        features: featuresOf(schema, text),
      };
    });
  });
}

/** Chooses documents until no other one adds a feature, each time the one with most for its size. */
function choose(candidates: readonly Candidate[]): readonly JsonInput[] {
  const missing = new Set(candidates.flatMap(({ features }) => [...features]));
  const chosen: JsonInput[] = [];
  while (missing.size > 0) {
    let best: Candidate | undefined;
    let most = 0;
    for (const candidate of candidates) {
      const added = [...candidate.features].filter((feature) => missing.has(feature)).length;
      const value = added / (candidate.json.length + OVERHEAD);
      if (value > most) {
        most = value;
        best = candidate;
      }
    }
    if (best === undefined) {
      break;
    }
    const { features, ...input } = best;
    chosen.push(input);
    for (const feature of features) {
      missing.delete(feature);
    }
  }
  return chosen.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a vector has in addition to its texts, in characters of JSON. */
const OVERHEAD = 50;

function featuresOf(schema: DescMessage, json: string): ReadonlySet<string> {
  const features = new Set<string>();
  try {
    const message = reflect(schema, parseOpenAI(schema, json, { mode: "archive" }));
    if (getMessageMapping(schema).kind === "inline") {
      // Its payloads are documents themselves, so only the arm counts.
      return new Set(message.fields.filter((field) => message.isSet(field)).map(String));
    }
    collect(message, features);
  } catch (error) {
    if (!(error instanceof OpenAIJsonError)) {
      throw error;
    }
  }
  return features;
}

/** Adds the names of the fields that are set in a message, at any depth, and its enum values. */
export function collect(message: ReflectMessage, features: Set<string>): void {
  for (const field of message.fields) {
    if (message.isSet(field)) {
      features.add(`${message.desc.typeName}.${field.name}`);
      for (const value of valuesOf(message, field)) {
        if (isReflectMessage(value)) {
          collect(value, features);
        } else if (field.enum !== undefined) {
          features.add(`${field.enum.typeName} ${value}`);
        }
      }
    }
  }
}

function valuesOf(message: ReflectMessage, field: DescField): Iterable<unknown> {
  switch (field.fieldKind) {
    case "list":
      return message.get(field);
    case "map":
      return message.get(field).values();
    default:
      return [message.get(field)];
  }
}
