import { createTranscoder, type Transcoder } from "@stepwire/transcode";
import { type DocumentSet, documentSets } from "../corpus/sets.js";
import { measureSet, type SetContender, type SetOptions } from "./blocks.js";
import { formatTable, geometricMean } from "./format.js";
import type { OtherKernel } from "./other-kernel.js";
import { checkDocuments } from "./set-check.js";

/** JSON to binary, or back. */
export type SetDirection = "to-binary" | "to-json";

/** The least times of two kernels for a set, in microseconds a document. */
export interface KernelRow {
  readonly set: string;
  readonly direction: SetDirection;
  readonly before: number;
  readonly now: number;
  /** By how many percent this kernel is slower; negative if it is faster. */
  readonly slower: number;
}

/** What is compared. */
export interface KernelsOptions extends SetOptions {
  /** @defaultValue all sets */
  readonly sets?: readonly DocumentSet[];
  /** @defaultValue both directions */
  readonly directions?: readonly SetDirection[];
  /** Is told each set before it is measured. */
  readonly progress?: (set: string) => void;
}

/** A kernel that is slower by this many percent fails the comparison. */
export const SLOWER_PERCENT = 3;

/** How often a set is measured again of which the kernel seems to be slower. */
const REPETITIONS = 3;

/**
 * Compares the kernel of this checkout with another one: both convert the same documents in turn.
 * A set that seems to be slower is measured again; the best of all its results counts, since noise
 * seldom comes twice.
 */
export function compareKernels(
  other: OtherKernel,
  {
    sets = documentSets,
    directions = ["to-binary", "to-json"],
    progress,
    ...options
  }: KernelsOptions,
): readonly KernelRow[] {
  return sets.flatMap((set) => {
    progress?.(set.name);
    const documents = set.create().map((text) => Buffer.from(text));
    const transcoders = {
      now: createTranscoder(set.schema),
      before: other.createTranscoder(set.schema),
    };
    const inputs: Readonly<Record<keyof typeof transcoders, readonly Uint8Array[]>> = {
      now: checkDocuments(transcoders.now, documents),
      before: checkDocuments(transcoders.before, documents),
    };
    return directions
      .filter((direction) => direction === "to-binary" || set.isMeasuredToJson)
      .map((direction) => {
        const contenders = (["now", "before"] as const).map((name) =>
          direction === "to-binary"
            ? toBinary(name, transcoders[name], documents)
            : toJson(name, transcoders[name], inputs[name]),
        );
        return { set: set.name, direction, ...compare(contenders, documents.length, options) };
      });
  });
}

function compare(
  contenders: readonly SetContender[],
  count: number,
  options: SetOptions,
): Pick<KernelRow, "before" | "now" | "slower"> {
  const results: Pick<KernelRow, "before" | "now" | "slower">[] = [];
  do {
    const [now, before] = measureSet(contenders, count, options).map(({ least }) => least);
    if (now === undefined || before === undefined) {
      throw new Error("a kernel was not measured");
    }
    results.push({ now, before, slower: (now / before - 1) * 100 });
  } while ((results.at(-1)?.slower ?? 0) > SLOWER_PERCENT && results.length < REPETITIONS);
  return results.reduce((best, each) => (each.slower < best.slower ? each : best));
}

function toBinary(
  name: string,
  transcoder: Transcoder,
  documents: readonly Uint8Array[],
): SetContender {
  return {
    name,
    run(indexes) {
      for (const index of indexes) {
        transcoder.toBinary(documents[index] as Uint8Array);
      }
    },
  };
}

function toJson(
  name: string,
  transcoder: Transcoder,
  documents: readonly Uint8Array[],
): SetContender {
  return {
    name,
    run(indexes) {
      for (const index of indexes) {
        transcoder.toJson(documents[index] as Uint8Array);
      }
    },
  };
}

/** The rows of a comparison, and a line for each direction. */
export function formatKernels(rows: readonly KernelRow[]): string {
  const directions = [...new Set(rows.map(({ direction }) => direction))];
  return directions
    .map((direction) => {
      const own = rows.filter((row) => row.direction === direction);
      const mean = geometricMean(own.map(({ now, before }) => before / now));
      const slower = own.filter((row) => row.slower > SLOWER_PERCENT).map(({ set }) => set);
      const table = formatTable([
        [direction, "before, µs", "now, µs", "now is", ""],
        ...own.map(({ set, before, now, slower: percent }) => [
          set,
          before.toFixed(3),
          now.toFixed(3),
          `${(before / now).toFixed(2)} × as fast`,
          percent > SLOWER_PERCENT ? `SLOWER by ${percent.toFixed(1)} %` : "",
        ]),
      ]);
      const verdict =
        slower.length === 0
          ? `no set slower by more than ${SLOWER_PERCENT} %`
          : `slower by more than ${SLOWER_PERCENT} %: ${slower.join("; ")}`;
      return `${table}\n\n${direction}: geometric mean ${mean.toFixed(2)} ×; ${verdict}.`;
    })
    .join("\n\n");
}
