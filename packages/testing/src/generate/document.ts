import type { DescMessage } from "@bufbuild/protobuf";
import { getMessageMapping, type MessageMapping } from "@stepwire/mapping";
import { Random } from "../random.js";
import { Draft } from "./draft.js";
import type { ExpectedViolation, Flaw, Rightness } from "./expectation.js";
import { messageText } from "./messages.js";

/** Options for generated documents. */
export interface DocumentOptions {
  /** The level in which the documents are valid; by default `archive`, any JSON object. */
  readonly rightIn?: Rightness;
  /**
   * The reason why every mode must refuse the documents. The rest of the document conforms to
   * `rightIn`.
   */
  readonly flaw?: Flaw;
  /** The probability of each allowed violation, from 0 to 1; by default it depends on the seed. */
  readonly oddRate?: number;
}

/** A generated document and its violations. */
export interface GeneratedDocument {
  readonly text: string;
  /** All violations, known because the generator inserted them. */
  readonly violations: readonly ExpectedViolation[];
  /**
   * Whether `JSON.parse` keeps all numbers exactly, so that its result can be used instead of the
   * text.
   */
  readonly exactNumbers: boolean;
}

/** Approximate numbers of values per document, used if no size is given. */
const SIZES = [0, 10, 30, 60, 120] as const;

/**
 * Generates documents of a message type. It works from the mapping only, so it supports every
 * feature of a schema. The same seed gives the same document.
 */
export class DocumentGenerator {
  private readonly mapping: MessageMapping;
  private readonly options: DocumentOptions;

  constructor(schema: DescMessage, options: DocumentOptions = {}) {
    this.mapping = getMessageMapping(schema);
    this.options = options;
  }

  /**
   * Generates the document for a seed.
   *
   * @param seed an integer from 0 to 2^53 - 1
   * @param size the approximate number of values; by default it depends on the seed.
   */
  generate(seed: number, size?: number): GeneratedDocument {
    const random = new Random(seed);
    const chosen = random.pick(SIZES);
    const draft = new Draft({
      random,
      rightIn: this.options.rightIn ?? "archive",
      flaw: this.options.flaw,
      oddRate: this.options.oddRate,
      size: size ?? chosen,
      writeMessage: messageText,
    });
    const text = draft.gap() + draft.writeMessage(this.mapping) + draft.gap();
    return { text, violations: draft.violations, exactNumbers: draft.exactNumbers };
  }
}
