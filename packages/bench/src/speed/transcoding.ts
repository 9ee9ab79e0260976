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
  /** Ours if it writes into a buffer of the caller. */
  readonly into?: SetTiming;
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
    const row = (contenders: readonly SetContender[]): SetRow => {
      const [into, ...timings] = measureSet(contenders, documents.length, options);
      return {
        set: set.name,
        documents: documents.length,
        size: documents.reduce((sum, { length }) => sum + length, 0) / documents.length,
        timings,
        ...(into === undefined ? {} : { into }),
      };
    };
    toBinary.push(row(toBinaryContenders(transcoder, documents, binaries)));
    if (set.isMeasuredToJson) {
      toJson.push(row(toJsonContenders(transcoder, documents, binaries)));
    }
  }
  return { toBinary, toJson };
}

/**
 * A buffer for results, which follow one another in it.
 *
 * @throws if a result is not the expected one.
 */
function createTarget(
  results: readonly Uint8Array[],
  convert: (index: number, target: Uint8Array, offset: number) => number,
): Uint8Array {
  const largest = Math.max(...results.map(({ length }) => length));
  const target = new Uint8Array(TARGET_SIZE + largest + MARGIN);
  for (const [index, result] of results.entries()) {
    const size = convert(index, target, 1);
    if (!Buffer.from(target.buffer, 1, size).equals(result)) {
      throw new Error("the result in a buffer of the caller is another one");
    }
  }
  return target;
}

/** When so much of a buffer is used, the next result is at its start again. */
const TARGET_SIZE = 64 * 1024;
/** More than the bytes behind a result that may change. */
const MARGIN = 256;

function toBinaryContenders(
  transcoder: Transcoder,
  documents: readonly Buffer[],
  binaries: readonly Uint8Array[],
): readonly SetContender[] {
  const texts = documents.map(String);
  const target = createTarget(binaries, (index, into, offset) =>
    transcoder.toBinaryInto(documents[index] as Buffer, into, offset),
  );
  return [
    {
      name: "into",
      run(indexes) {
        let offset = 0;
        for (const index of indexes) {
          offset += transcoder.toBinaryInto(documents[index] as Buffer, target, offset);
          offset = offset < TARGET_SIZE ? offset : 0;
        }
      },
    },
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
  const written = binaries.map((binary) => transcoder.toJson(binary));
  const target = createTarget(written, (index, into, offset) =>
    transcoder.toJsonInto(binaries[index] as Uint8Array, into, offset),
  );
  return [
    {
      name: "into",
      run(indexes) {
        let offset = 0;
        for (const index of indexes) {
          offset += transcoder.toJsonInto(binaries[index] as Uint8Array, target, offset);
          offset = offset < TARGET_SIZE ? offset : 0;
        }
      },
    },
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
