import type { DescMessage, FileRegistry } from "@bufbuild/protobuf";
import { getMessageMapping, type TaggedObjects } from "@stepwire/mapping";
import { Converter } from "./converter.js";
import { deviations } from "./deviations.js";
import { DocumentMaker } from "./documents.js";
import { importDocument } from "./imported.js";
import { Places } from "./place.js";
import { documentNames, type OpenApiDocument, toJsonSchemas, withBoxes } from "./schema.js";
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

/**
 * Imports the schemas of an OpenAPI document, makes documents from the same schemas, and converts
 * them. Schemas that are no objects get an object around them.
 *
 * @param count the number of documents. They are spread evenly over the schemas.
 */
export function tryDocuments(source: OpenApiDocument, count: number, seed: number): Outcome {
  const trial = new Trial(withBoxes(source));
  trial.run(count, seed);
  return trial;
}

class Trial implements Outcome {
  documents = 0;
  accepted = 0;
  schemas = 0;
  fallbacks = 0;
  readonly without: string[] = [];
  readonly deviations: Map<string, number> = new Map();
  readonly problems: string[] = [];
  readonly #registry: FileRegistry;
  readonly #messages: ReadonlyMap<string, DescMessage>;
  readonly #maker: DocumentMaker;
  readonly #places: Places;

  constructor(document: OpenApiDocument) {
    const { registry, messages } = importDocument(document, documentNames(document));
    this.#registry = registry;
    this.#messages = messages;
    const schemas = toJsonSchemas(document);
    const validator = new Validator(schemas);
    this.#maker = new DocumentMaker(schemas, validator);
    this.#places = new Places(schemas, validator);
  }

  run(count: number, seed: number): void {
    const { size } = this.#messages;
    // With fewer documents than schemas, other schemas have one with each seed.
    const messages = [...this.#messages];
    const first = count < size ? seed % size : 0;
    for (let index = 0; index < Math.min(count, size); index++) {
      const [name, message] = messages[(first + index) % size] ?? [];
      if (name !== undefined && message !== undefined) {
        const share = Math.floor((count + size - 1 - index) / size);
        this.#tryMessage(name, message, { seed: seed + index, step: size, share });
      }
    }
  }

  #tryMessage(name: string, message: DescMessage, { seed, step, share }: Seeds): void {
    const converter = new Converter(message);
    const before = this.documents;
    for (let turn = 0; turn < share; turn++) {
      const value = this.#maker.make(name, seed + turn * step);
      if (value !== undefined) {
        this.#tryDocument(name, value, converter);
      }
    }
    this.fallbacks += converter.fallbacks;
    if (this.documents === before) {
      this.without.push(name);
    } else {
      this.schemas++;
    }
  }

  #tryDocument(name: string, value: unknown, converter: Converter): void {
    const text = JSON.stringify(value);
    this.documents++;
    for (const problem of converter.problems(text)) {
      this.problems.push(`${name}: ${problem} in ${text.slice(0, SHOWN)}`);
    }
    const refusals = converter.refusals(text);
    this.accepted += refusals.length === 0 ? 1 : 0;
    for (const violation of refusals) {
      const place = this.#places.find(name, value, violation.pointer);
      const union = this.#unionAt(violation.path);
      const known = deviations.find((deviation) => deviation.matches(violation, place, union));
      if (known === undefined) {
        const { code, pointer, path, expected, found } = violation;
        const reason = `${code} (${path}: expected ${expected}, found ${found})`;
        this.problems.push(`${name}${pointer}: ${reason} in ${text.slice(0, SHOWN)}`);
      } else {
        this.deviations.set(known.name, (this.deviations.get(known.name) ?? 0) + 1);
      }
    }
  }

  /** Returns the objects that the tag of a union tells apart, by the full name of its oneof. */
  #unionAt(path: string): TaggedObjects | undefined {
    const message = this.#registry.getMessage(path.slice(0, path.lastIndexOf(".")));
    const mapping = message === undefined ? undefined : getMessageMapping(message);
    switch (mapping?.kind) {
      case "inline":
        return mapping;
      case "byKind":
        return mapping.taggedObjects;
      default:
        return undefined;
    }
  }
}

/** The documents to make of a schema. */
interface Seeds {
  readonly seed: number;
  /** The difference between the seeds of two documents. */
  readonly step: number;
  readonly share: number;
}
