import { ArchiveWriter, readArchiveBlocks, readArchiveIndex } from "@stepwire/wire";
import { drain, inChunks } from "./chunks.js";
import type { Growth } from "./measure.js";

/** Returns an archive of short documents. */
function archiveOf(documents: number, blockBytes: number): Uint8Array {
  const writer = new ArchiveWriter("a.B", { blockBytes });
  const all = Array.from({ length: documents }, () => Uint8Array.of(8, 1));
  return Buffer.concat([writer.write(all), writer.end()]);
}

/** What looks like the header of an archive with a long name. */
const HEADER = Buffer.from("8a53574101000004", "hex");

/** Growth tests for the archive format. */
export const archiveGrowth: readonly Growth[] = [
  {
    of: ["@stepwire/wire:ArchiveWriter"],
    shape: "documents",
    prepare: (size) => () => archiveOf(size, 1024),
  },
  ...[1, 65_536].flatMap((chunk): Growth[] => [
    {
      of: ["@stepwire/wire:readArchiveBlocks"],
      shape: `an archive of small blocks, in chunks of ${chunk}`,
      prepare: (size) => {
        const bytes = archiveOf(size, 100);
        return () => drain(readArchiveBlocks(inChunks(bytes, chunk)));
      },
    },
    {
      of: ["@stepwire/wire:readArchiveBlocks"],
      shape: `an archive of one block, in chunks of ${chunk}`,
      prepare: (size) => {
        const bytes = archiveOf(size, Number.MAX_SAFE_INTEGER);
        return () => drain(readArchiveBlocks(inChunks(bytes, chunk)));
      },
    },
    {
      of: ["@stepwire/wire:readArchiveBlocks"],
      shape: `damage that looks like headers, in chunks of ${chunk}`,
      largest: 5000,
      prepare: (size) => {
        const damage = Array.from({ length: size }, () => HEADER);
        const bytes = Buffer.concat([archiveOf(10, 100).subarray(0, 40), ...damage]);
        return () => drain(readArchiveBlocks(inChunks(bytes, chunk), { onDamage: () => {} }));
      },
    },
  ]),
  {
    of: ["@stepwire/wire:readArchiveIndex"],
    shape: "small blocks",
    prepare: (size) => {
      const bytes = archiveOf(size, 100);
      const read = (position: number, length: number): Promise<Uint8Array> =>
        Promise.resolve(bytes.subarray(position, position + length));
      return () => readArchiveIndex({ size: bytes.length, read });
    },
  },
];
