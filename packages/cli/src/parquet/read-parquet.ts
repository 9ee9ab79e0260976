import { read } from "node:fs";
import { promisify } from "node:util";
import { isOwnFile, OWN_HEAD_BYTES, readOtherFile, readOwnFile } from "@stepwire/parquet";
import type { ArchiveBlock } from "@stepwire/wire";
import { CommandFailure, fileFailure } from "../failure.js";
import { peek, type Source } from "../files/source.js";

const readPart = promisify(read);

/**
 * Reads the documents of a Parquet file, in blocks. Files of this program are read from their start to
 * their end, so they may come from a pipe.
 *
 * @throws {CommandFailure} if another program has written the file, and it is not a regular file.
 * @throws {ArchiveError} if the file is damaged, after the documents before the damage.
 */
export async function* readParquet(source: Source): AsyncGenerator<ArchiveBlock, void> {
  const { regular } = source;
  const { head, source: whole } = await peek(source, OWN_HEAD_BYTES);
  if (isOwnFile(head)) {
    yield* readOwnFile(whole);
    return;
  }
  if (regular === undefined) {
    throw new CommandFailure(
      `${source.name}: another program has written this Parquet file, so it must be a file, not a pipe or compressed`,
    );
  }
  const { descriptor, size } = regular;
  yield* readOtherFile({
    size,
    async readAt(buffer, position) {
      try {
        let filled = 0;
        for (let part = -1; part !== 0 && filled < buffer.length; filled += part) {
          const left = buffer.length - filled;
          part = (await readPart(descriptor, buffer, filled, left, position + filled)).bytesRead;
        }
        return filled;
      } catch (error) {
        throw fileFailure(source.name, error);
      }
    },
  });
}

/** The first bytes of a Parquet file. */
const MAGIC = "PAR1";

/** Returns whether a file that starts with these bytes is a Parquet file. */
export function isParquet(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, MAGIC.length)).toString("latin1") === MAGIC;
}
