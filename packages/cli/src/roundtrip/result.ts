import type { DescMessage } from "@bufbuild/protobuf";
import { compareJson, type Difference, minifyJson } from "@stepwire/json";
import type { ResidueEntry } from "@stepwire/openai-json";
import { inspectResidue } from "@stepwire/openai-json";
import { countVerbatim } from "@stepwire/wire";
import { undescribedBytes } from "@stepwire/wire/internal";
import type { DetectedDocument, Detector } from "../detect.js";
import { readMessage } from "../engine.js";
import type { SourceDocument } from "../files/documents.js";
import { tooLarge } from "../files/input.js";
import { place } from "../problem.js";
import { explainRefusal } from "../refusal.js";
import type { Model } from "../schema/model.js";
import { shorten } from "../terminal/printable.js";
import { isSurelyEqual } from "./same-value.js";

/** Number of residue entries in a document, by kind. */
export type ResidueCounts = Partial<Record<ResidueEntry["kind"], number>>;

/** The result of converting one document to binary and back. */
export interface RoundtripResult {
  /** Name of the file, with the line number if each line is a document. */
  readonly document: string;
  /** The type; `other` for an object of an unknown kind, which is kept verbatim. */
  readonly type?: string;
  /** Number of events, if the document is a transcript. */
  readonly events?: number;
  /**
   * Size of the JSON without white space between tokens. For a transcript, the size of its events
   * as server-sent events, with such payloads.
   */
  readonly jsonBytes?: number;
  readonly binaryBytes?: number;
  /** Number of bytes of the binary that are text, because the schema does not describe them. */
  readonly verbatimBytes?: number;
  readonly residue?: ResidueCounts;
  readonly result: "equal" | "different" | "refused";
  /** Why the result differs, one line per reason. */
  readonly problems?: readonly string[];
}

/** Maximum length of a value in the description of a difference, in characters. */
const SHOWN_VALUE = 60;

/** Converts documents to binary and back, one by one. */
export class Roundtrip {
  readonly #model: Model;
  readonly #maxBytes: number;
  readonly #detector: Detector;

  /** @param maxBytes the maximum size of a document, for messages. */
  constructor(model: Model, detector: Detector, maxBytes: number) {
    this.#model = model;
    this.#maxBytes = maxBytes;
    this.#detector = detector;
  }

  run(source: SourceDocument): RoundtripResult {
    const document = place(source);
    if (source.json === undefined) {
      const problem = tooLarge(document, this.#maxBytes);
      return { document, result: "refused", problems: [problem] };
    }
    let detected: ReturnType<Detector["detect"]>;
    try {
      detected = this.#detector.detect(source.json);
    } catch (error) {
      const problems = explainRefusal(error, { ...source, text: source.json });
      if (problems === undefined) {
        throw error;
      }
      return { document, result: "refused", problems };
    }
    return this.#comeBack(document, source.json, detected);
  }

  #comeBack(
    document: string,
    json: Uint8Array,
    { whole, ...detected }: ReturnType<Detector["detect"]>,
  ): RoundtripResult {
    try {
      const back = this.#detector.toJson(whole);
      return judge(document, this.#model, { ...detected, json, back });
    } catch (error) {
      const problems = explainRefusal(error, { name: document });
      if (problems === undefined) {
        throw error;
      }
      const { residue: _, ...measured } = measure(
        this.#model,
        detected,
        minifiedSize(textOf(json)),
      );
      return { document, ...measured, result: "different", problems };
    }
  }
}

/** A document that was converted to binary and back. */
export interface ConvertedDocument extends DetectedDocument {
  readonly json: Uint8Array;
  /** The JSON that it came back as, without white space. */
  readonly back: Uint8Array;
}

/** Compares a document with what came back. */
export function judge(
  document: string,
  model: Model,
  converted: ConvertedDocument,
): RoundtripResult {
  const { json, back } = converted;
  if (Buffer.compare(json, back) === 0) {
    return { document, ...measure(model, converted, back.length), result: "equal" };
  }
  const text = textOf(json);
  const measured = measure(model, converted, minifiedSize(text));
  const found = textOf(back);
  const [difference] = isSurelyEqual(text, found)
    ? []
    : compareJson(text, found, { maxDifferences: 1 });
  return difference === undefined
    ? { document, ...measured, result: "equal" }
    : {
        document,
        ...measured,
        result: "different",
        problems: [describeDifference(document, difference)],
      };
}

function measure(model: Model, { schema, binary }: DetectedDocument, jsonBytes: number) {
  if (schema === undefined) {
    const size = binary.length;
    return { type: "other", jsonBytes, binaryBytes: size, verbatimBytes: size, residue: {} };
  }
  const verbatimBytes = undescribedBytes(countVerbatim(schema, binary));
  return {
    type: model.nameOf(schema),
    jsonBytes,
    binaryBytes: binary.length,
    verbatimBytes,
    // Reading the message takes longer than converting it; all residue is verbatim.
    residue: verbatimBytes === 0 ? {} : countResidue(schema, binary),
  } satisfies Partial<RoundtripResult>;
}

function textOf({ buffer, byteOffset, length }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, length).toString("utf8");
}

function minifiedSize(text: string): number {
  return Buffer.byteLength(minifyJson(text));
}

/** Returns a line about a value that changed. */
export function describeDifference(
  place: string,
  { pointer, expected, found }: Pick<Difference, "pointer" | "expected" | "found">,
): string {
  return `${place}: ${pointer}: ${shorten(expected, SHOWN_VALUE)} became ${shorten(found, SHOWN_VALUE)}`;
}

/** Counts the residue entries of a message. */
export function countResidue(schema: DescMessage, binary: Uint8Array): ResidueCounts {
  const counts: ResidueCounts = {};
  for (const { kind } of inspectResidue(schema, readMessage(schema, binary))) {
    counts[kind] = (counts[kind] ?? 0) + 1;
  }
  return counts;
}
