import { createTranscoder, type Transcoder } from "@stepwire/transcode";
import { type DocumentSet, documentSets } from "../corpus/sets.js";
import { measureSet, type SetContender, type SetOptions, type SetTiming } from "./blocks.js";
import { checkDocuments } from "./set-check.js";

/** The times for a set in one direction, by contender. Ours is the first. */
export interface SetRow {
  readonly set: string;
  readonly documents: number;
  /** The average size of the JSON in bytes. */
  readonly size: number;
  readonly timings: readonly SetTiming[];
}

/** All sets, in both directions. */
export interface SetsResult {
  readonly toBinary: readonly SetRow[];
  readonly toJson: readonly SetRow[];
}

/** What is measured. */
export interface SetsOptions extends SetOptions {
  /** @defaultValue all sets */
  readonly sets?: readonly DocumentSet[];
  /** Is told each set before it is measured. */
  readonly progress?: (set: string) => void;
}

/** Measures JSON bytes to binary bytes and back, compared with `JSON.parse` and `JSON.stringify`. */
export function measureTranscoding({
  sets = documentSets,
  progress,
  ...options
}: SetsOptions): SetsResult {
  const toBinary: SetRow[] = [];
  const toJson: SetRow[] = [];
  for (const set of sets) {
    progress?.(set.name);
    const documents = set.create().map((text) => Buffer.from(text));
    const transcoder = createTranscoder(set.schema);
    const binaries = checkDocuments(transcoder, documents);
    const row = (contenders: readonly SetContender[]): SetRow => ({
      set: set.name,
      documents: documents.length,
      size: documents.reduce((sum, { length }) => sum + length, 0) / documents.length,
      timings: measureSet(contenders, documents.length, options),
    });
    toBinary.push(row(toBinaryContenders(transcoder, documents)));
    if (set.isMeasuredToJson) {
      toJson.push(row(toJsonContenders(transcoder, documents, binaries)));
    }
  }
  return { toBinary, toJson };
}

function toBinaryContenders(
  transcoder: Transcoder,
  documents: readonly Buffer[],
): readonly SetContender[] {
  const texts = documents.map(String);
  return [
    {
      name: "ours",
      run(indexes) {
        for (const index of indexes) {
          transcoder.toBinary(documents[index] as Buffer);
        }
      },
    },
    {
      name: "decode, JSON.parse",
      run(indexes) {
        for (const index of indexes) {
          JSON.parse((documents[index] as Buffer).toString());
        }
      },
    },
    {
      name: "JSON.parse",
      run(indexes) {
        for (const index of indexes) {
          JSON.parse(texts[index] as string);
        }
      },
    },
  ];
}

function toJsonContenders(
  transcoder: Transcoder,
  documents: readonly Buffer[],
  binaries: readonly Uint8Array[],
): readonly SetContender[] {
  const values: unknown[] = documents.map((json) => JSON.parse(json.toString()));
  return [
    {
      name: "ours",
      run(indexes) {
        for (const index of indexes) {
          transcoder.toJson(binaries[index] as Uint8Array);
        }
      },
    },
    {
      name: "JSON.stringify, encode",
      run(indexes) {
        for (const index of indexes) {
          Buffer.from(JSON.stringify(values[index]));
        }
      },
    },
  ];
}
