import type { ResidueEntry } from "@stepwire/openai-json";
import { inspectResidue } from "@stepwire/openai-json";
import { createDetector, type DetectedDocument } from "../detect.js";
import { type DocumentType, schemaOf } from "../document-type.js";
import { type Converter, type ConverterOptions, createConverter, readMessage } from "../engine.js";
import type { SourceDocument } from "../files/documents.js";
import { tooLarge } from "../files/input.js";
import { compareJson } from "../json/compare.js";
import { minify } from "../json/tokens.js";
import { explainRefusal, place } from "../refusal.js";
import { shorten } from "../terminal/printable.js";

/** How often each kind of residue occurs in a document. */
export type ResidueCounts = Partial<Record<ResidueEntry["kind"], number>>;

/** What became of one document on its way to binary and back. */
export interface RoundtripResult {
  /** The file, with the line if it has one. */
  readonly document: string;
  /** `other` for an object of an unknown kind, which is kept verbatim. */
  readonly type?: DocumentType | "other";
  /** Without white space between tokens. */
  readonly jsonBytes?: number;
  readonly binaryBytes?: number;
  readonly residue?: ResidueCounts;
  readonly result: "equal" | "different" | "refused";
  /** Why it is not equal, a line for each reason. */
  readonly problems?: readonly string[];
}

const SHOWN_VALUE = 60;

/** Makes the round trip of one document after the other. */
export class Roundtrip {
  readonly #options: ConverterOptions;
  readonly #detect: (json: Uint8Array) => DetectedDocument;
  readonly #converters = new Map<DocumentType, Converter>();

  constructor(options: ConverterOptions) {
    this.#options = options;
    this.#detect = createDetector(options);
  }

  run(source: SourceDocument): RoundtripResult {
    const document = place(source);
    if (source.json === undefined) {
      const problem = tooLarge(document, this.#options.maxBytes);
      return { document, result: "refused", problems: [problem] };
    }
    let detected: DetectedDocument;
    try {
      detected = this.#detect(source.json);
    } catch (error) {
      const problems = explainRefusal(error, { ...source, text: source.json });
      if (problems === undefined) {
        throw error;
      }
      return { document, result: "refused", problems };
    }
    return this.#judge(document, Buffer.from(source.json).toString("utf8"), detected);
  }

  #judge(document: string, json: string, { type, binary }: DetectedDocument): RoundtripResult {
    const measured = {
      document,
      type: type ?? "other",
      jsonBytes: Buffer.byteLength(minify(json)),
      binaryBytes: binary.length,
    } as const;
    try {
      const back = this.#converter(type ?? "document").toJson(binary);
      const difference = compareJson(json, Buffer.from(back).toString("utf8"));
      const residue = type === undefined ? {} : countResidue(type, binary);
      if (difference === undefined) {
        return { ...measured, residue, result: "equal" };
      }
      const { pointer, expected, found } = difference;
      const problem = `${document}: ${pointer}: ${shorten(expected, SHOWN_VALUE)} became ${shorten(found, SHOWN_VALUE)}`;
      return { ...measured, residue, result: "different", problems: [problem] };
    } catch (error) {
      const problems = explainRefusal(error, { name: document });
      if (problems === undefined) {
        throw error;
      }
      return { ...measured, result: "different", problems };
    }
  }

  #converter(type: DocumentType): Converter {
    const converter = this.#converters.get(type) ?? createConverter(schemaOf(type), this.#options);
    this.#converters.set(type, converter);
    return converter;
  }
}

function countResidue(type: DocumentType, binary: Uint8Array): ResidueCounts {
  const schema = schemaOf(type);
  const counts: ResidueCounts = {};
  for (const { kind } of inspectResidue(schema, readMessage(schema, binary))) {
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}
