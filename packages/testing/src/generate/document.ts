import type { DescMessage } from "@bufbuild/protobuf";
import { getMessageMapping, type MessageMapping } from "@stepwire/mapping";
import { Random } from "../random.js";
import { Draft } from "./draft.js";
import type { ExpectedViolation, Flaw, Rightness } from "./expectation.js";
import { messageText } from "./messages.js";

/** Which documents to generate. */
export interface DocumentOptions {
  /** What the documents are right in; `archive`, any JSON object, by default. */
  readonly rightIn?: Rightness;
  /** What every mode is to refuse them for. The rest of the document is as `rightIn` says. */
  readonly flaw?: Flaw;
}

/** A document, and what is wrong with it. */
export interface GeneratedDocument {
  readonly text: string;
  /** Everything that is wrong, by what was put in. */
  readonly violations: readonly ExpectedViolation[];
  /** Whether `JSON.parse` loses none of the numbers, so that values are as good as the text. */
  readonly exactNumbers: boolean;
}

/** How many values a document has, roughly, unless a size is given. */
const SIZES = [0, 10, 30, 60, 120] as const;

/**
 * A source of documents of a message type. It works from the mapping alone, so
 * it knows every type that a schema may have. The same seed gives the same
 * document.
 */
export class DocumentGenerator {
  private readonly mapping: MessageMapping;
  private readonly options: DocumentOptions;

  constructor(schema: DescMessage, options: DocumentOptions = {}) {
    this.mapping = getMessageMapping(schema);
    this.options = options;
  }

  /**
   * The document of a seed.
   *
   * @param seed an integer from 0 to 2^53 - 1
   * @param size about how many values it has; by default the seed decides.
   */
  generate(seed: number, size?: number): GeneratedDocument {
    const random = new Random(seed);
    const chosen = random.pick(SIZES);
    const draft = new Draft({
      random,
      rightIn: this.options.rightIn ?? "archive",
      flaw: this.options.flaw,
      size: size ?? chosen,
      writeMessage: messageText,
    });
    const text = draft.gap() + draft.writeMessage(this.mapping) + draft.gap();
    return { text, violations: draft.violations, exactNumbers: draft.exactNumbers };
  }
}
