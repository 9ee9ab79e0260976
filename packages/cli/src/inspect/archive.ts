import {
  type ArchiveBlock,
  ArchiveError,
  readArchiveBlocks,
  readArchiveIndex,
} from "@stepwire/wire";
import {
  archiveReadOptions,
  describeDamage,
  describeLoss,
  fileOf,
} from "../archive/archive-input.js";
import type { ExpansionOptions } from "../files/compression.js";
import { chunksOf, type RegularFile, type Source } from "../files/source.js";
import { bytes, counted } from "../terminal/quantity.js";

/** What an archive contains. */
export interface ArchiveSummary {
  readonly lines: readonly string[];
  /** Lines about damage. */
  readonly damage: readonly string[];
}

/** Limits for reading an archive. */
export interface ArchiveInspection extends ExpansionOptions {
  readonly maxBytes: number;
}

/** Sums up an archive: by its index if that can be read, or else by reading all of it. */
export async function summarizeArchive(
  source: Source,
  options: ArchiveInspection,
): Promise<ArchiveSummary> {
  const { regular } = source;
  if (regular === undefined) {
    return await readWhole(source, options);
  }
  try {
    return { lines: await readIndex(regular, options), damage: [] };
  } catch (error) {
    if (!(error instanceof ArchiveError)) {
      throw error;
    }
    const read = await readWhole(source, options);
    // The index may be damaged in a way that does not matter to a reader of the whole archive.
    const damage = read.damage.length > 0 ? read.damage : [describeDamage(source.name, error)];
    return { ...read, damage };
  }
}

async function readIndex(file: RegularFile, options: ArchiveInspection): Promise<string[]> {
  const { archives, blocks } = await readArchiveIndex(
    fileOf(file),
    archiveReadOptions({ ...options, from: "archive" }),
  );
  return archives.flatMap((archive) => {
    const own = blocks.filter((block) => block.archive === archive);
    return [
      `archive of ${archive.type || "an unknown type"}`,
      `  ${counted(archive.documents, "document")} in ${counted(own.length, "block")}, ${bytes(archive.size)}`,
    ];
  });
}

/** Counts what a reader gets that continues after damage. */
async function readWhole(source: Source, options: ArchiveInspection): Promise<ArchiveSummary> {
  const damage: string[] = [];
  const types = new Set<string>();
  let [documents, blocks, size] = [0, 0, 0];
  const add = (block: ArchiveBlock): void => {
    types.add(block.type || "an unknown type");
    documents += block.documents;
    blocks++;
    size += block.bytes.length;
  };
  try {
    const reading = readArchiveBlocks(chunksOf(source), {
      ...archiveReadOptions({ ...options, from: "archive" }),
      onDamage: (found) => damage.push(describeLoss(source.name, found)),
    });
    for await (const block of reading) {
      add(block);
    }
  } catch (error) {
    if (!(error instanceof ArchiveError)) {
      throw error;
    }
    damage.push(describeDamage(source.name, error));
  }
  const lines = [
    `archive of ${[...types].join(", ") || "an unknown type"}`,
    `  ${counted(documents, "document")} in ${counted(blocks, "block")}, ${bytes(size)} of documents`,
  ];
  return { lines, damage };
}
