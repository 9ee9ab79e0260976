import type { DescMessage, Registry } from "@bufbuild/protobuf";
import { getMessageMapping, type MessageMapping } from "@stepwire/mapping";
import { Converter } from "./converter.js";
import { type Deviation, deviations } from "./deviations.js";
import { DocumentMaker } from "./documents.js";
import { importDocument } from "./imported.js";
import { Places } from "./place.js";
import {
  documentNames,
  isSchema,
  type OpenApiDocument,
  toJsonSchemas,
  withBoxes,
} from "./schema.js";
import { Validator } from "./validator.js";

/** What came out when documents were made from the schemas of an OpenAPI document, and converted. */
export interface Outcome {
  /** The number of documents. */
  readonly documents: number;
  /** The number of those that `strict` accepts. */
  readonly accepted: number;
  /** The number of schemas that have a document. */
  readonly schemas: number;
  /** The schemas for which no document was found. */
  readonly without: readonly string[];
  /** How often `strict` refused something, by the name of the known deviation. */
  readonly deviations: ReadonlyMap<string, number>;
  /** What was lost, what the engines differ in, and what was refused without a known reason. */
  readonly problems: readonly string[];
  /** The number of documents that the kernel did not convert itself. */
  readonly fallbacks: number;
}

/** How many characters of a document a problem shows. */
const SHOWN = 500;

/** A message to convert documents to, and how they are made. */
export interface Target {
  /** The name of the schema of the documents. */
  readonly schema: string;
  readonly message: DescMessage;
  /** If the document is the payload of an event: the member of the payload with the event's name. */
  readonly eventTag?: string;
}

/** Documents to make. */
export interface Plan {
  /** The number of documents. They are spread evenly over the schemas. */
  readonly count: number;
  readonly seed: number;
}

/**
 * Imports the schemas of an OpenAPI document, makes documents from the same schemas, and converts
 * them. Schemas that are no objects get an object around them.
 */
export function tryImport(source: OpenApiDocument, plan: Plan): Outcome {
  const document = withBoxes(source);
  const { registry, messages } = importDocument(document, documentNames(document));
  const targets = [...messages].map(([schema, message]) => ({ schema, message }));
  return new Trial(document, registry, deviations).run(targets, plan);
}

/** Makes documents from schemas of an OpenAPI document, and converts them to messages. */
export function tryMessages(
  document: OpenApiDocument,
  registry: Registry,
  { targets, known, ...plan }: MessagesPlan,
): Outcome {
  return new Trial(document, registry, known).run(targets, plan);
}

/** Documents to make for messages. */
export interface MessagesPlan extends Plan {
  readonly targets: readonly Target[];
  /** What `strict` may refuse. */
  readonly known: readonly Deviation[];
}

class Trial implements Outcome {
  documents = 0;
  accepted = 0;
  schemas = 0;
  fallbacks = 0;
  readonly without: string[] = [];
  readonly deviations: Map<string, number> = new Map();
  readonly problems: string[] = [];
  readonly #registry: Registry;
  readonly #known: readonly Deviation[];
  readonly #maker: DocumentMaker;
  readonly #places: Places;

  constructor(document: OpenApiDocument, registry: Registry, known: readonly Deviation[]) {
    this.#registry = registry;
    this.#known = known;
    const schemas = toJsonSchemas(document);
    const validator = new Validator(schemas);
    this.#maker = new DocumentMaker(schemas, validator);
    this.#places = new Places(schemas, validator);
  }

  run(targets: readonly Target[], { count, seed }: Plan): this {
    // With fewer documents than schemas, other schemas have one with each seed.
    const first = count < targets.length ? seed % targets.length : 0;
    const rotated = [...targets.slice(first), ...targets.slice(0, first)];
    for (const [index, target] of rotated.entries()) {
      const left = rotated.length - index;
      // Schemas without documents leave their share to the following ones.
      const share = Math.ceil((count - this.documents) / left);
      this.#tryTarget(target, share, seed + index * 0x1000);
    }
    return this;
  }

  #tryTarget(target: Target, share: number, seed: number): void {
    if (share === 0) {
      return;
    }
    const converter = new Converter(target.message);
    const before = this.documents;
    for (let turn = 0; turn < share; turn++) {
      const value = this.#maker.make(target.schema, seed + turn);
      if (value !== undefined) {
        this.#tryDocument(target, value, converter);
      }
    }
    this.fallbacks += converter.fallbacks;
    if (this.documents === before) {
      this.without.push(target.schema);
    } else {
      this.schemas++;
    }
  }

  #tryDocument({ schema, eventTag }: Target, value: unknown, converter: Converter): void {
    const inEvent = eventTag !== undefined && isSchema(value);
    const document = inEvent ? { event: value[eventTag], data: value } : value;
    const text = JSON.stringify(document);
    this.documents++;
    for (const problem of converter.problems(text)) {
      this.problems.push(`${schema}: ${problem} in ${text.slice(0, SHOWN)}`);
    }
    const refusals = converter.refusals(text);
    this.accepted += refusals.length === 0 ? 1 : 0;
    for (const violation of refusals) {
      const pointer = inEvent ? violation.pointer.replace(/^\/data/, "") : violation.pointer;
      const place = this.#places.find(schema, value, pointer);
      const message = this.#messageAt(violation.path);
      const known = this.#known.find((deviation) => deviation.matches(violation, place, message));
      if (known === undefined) {
        const { code, path, expected, found } = violation;
        const reason = `${code} (${path}: expected ${expected}, found ${found})`;
        this.problems.push(`${schema}${pointer}: ${reason} in ${text.slice(0, SHOWN)}`);
      } else {
        this.deviations.set(known.name, (this.deviations.get(known.name) ?? 0) + 1);
      }
    }
  }

  /** Returns the message of a field or a oneof, by the full name of that. */
  #messageAt(path: string): MessageMapping | undefined {
    const message = this.#registry.getMessage(path.slice(0, path.lastIndexOf(".")));
    return message === undefined ? undefined : getMessageMapping(message);
  }
}
