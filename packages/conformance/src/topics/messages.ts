import type { DescField, DescMessage } from "@bufbuild/protobuf";
import { isReflectMessage, type ReflectMessage, reflect } from "@bufbuild/protobuf/reflect";
import { getMessageMapping } from "@stepwire/mapping";
import { OpenAIJsonError, parseOpenAI } from "@stepwire/openai-json";
import { DocumentGenerator, type DocumentOptions } from "@stepwire/testing";
import { outermostMessages } from "../schemas.js";
import type { JsonInput, Topic } from "../topic.js";

/** Documents to choose from. */
interface Kind {
  readonly name: string;
  readonly options: DocumentOptions;
  /** The number of documents of each message; more if its union has many arms. */
  readonly count: number;
  /** The approximate number of values in a document. */
  readonly size: number;
}

const kinds: readonly Kind[] = [
  { name: "canonical", options: { rightIn: "canonical" }, count: 200, size: 15 },
  { name: "right in strict", options: { rightIn: "strict" }, count: 200, size: 15 },
  { name: "right in preserve", options: { rightIn: "preserve" }, count: 200, size: 15 },
  // Reaches the arms for unknown values of unions that are deep in a document.
  { name: "odd", options: { rightIn: "preserve", oddRate: 0.2 }, count: 400, size: 40 },
];

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

/** A union with up to this many arms has as many documents as a message without one. */
const ARMS = 20;

function candidatesOf(schema: DescMessage): readonly Candidate[] {
  const arms = Math.max(...schema.oneofs.map(({ fields }) => fields.length), 1);
  const factor = Math.ceil(arms / ARMS);
  return kinds.flatMap(({ name, options, count, size }) => {
    const generator = new DocumentGenerator(schema, options);
    return Array.from({ length: count * factor }, (_, index): Candidate => {
      const { text } = generator.generate(index + 1, size);
      return {
        name: `${schema.name} ${name}, ${index + 1}`,
        schema: schema.typeName,
        json: text,
        features: featuresOf(schema, text),
      };
    });
  });
}

/** Chooses documents until no other one adds a feature, each time the one with most for its size. */
function choose(candidates: readonly Candidate[]): readonly JsonInput[] {
  // Of the features that none of the chosen documents has.
  const owners = ownersOf(candidates);
  /** How many features each document would add. */
  const added = candidates.map(({ features }) => features.size);
  const chosen: JsonInput[] = [];
  for (;;) {
    let best: Candidate | undefined;
    let most = 0;
    for (const [index, candidate] of candidates.entries()) {
      const value = (added[index] ?? 0) / (candidate.json.length + OVERHEAD);
      if (value > most) {
        most = value;
        best = candidate;
      }
    }
    if (best === undefined) {
      return chosen.sort((a, b) => (a.name < b.name ? -1 : 1));
    }
    const { features, ...input } = best;
    chosen.push(input);
    for (const feature of features) {
      for (const owner of owners.get(feature) ?? []) {
        added[owner] = (added[owner] ?? 0) - 1;
      }
      owners.delete(feature);
    }
  }
}

/** Returns the indexes of the documents that have each feature. */
function ownersOf(candidates: readonly Candidate[]): Map<string, number[]> {
  const owners = new Map<string, number[]>();
  for (const [index, { features }] of candidates.entries()) {
    for (const feature of features) {
      const others = owners.get(feature);
      others === undefined ? owners.set(feature, [index]) : others.push(index);
    }
  }
  return owners;
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
