import {
  type ArchiveCodec,
  ArchiveError,
  findWholeDocuments,
  readArchiveBlocks,
} from "@stepwire/wire";
import { isArchiveStart } from "@stepwire/wire/archive-layout";
import { joinBytes } from "@stepwire/wire/internal";
import type { MessageSpan } from "../converted.js";
import { spansOf } from "../spans.js";

/** Largest document of an archive; the default of `stepwire unpack`. */
const MAXIMUM_DOCUMENT = 64 * 1024 * 1024;

/** The page keeps the position of each document. */
const MOST_DOCUMENTS = 2_000_000;

/** The documents of an archive, without what is around them. */
export interface OpenedArchive {
  /** The documents, each after its size. */
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Full name of their type; empty if it is unknown. */
  readonly type: string;
  /** What is wrong after them. */
  readonly damage?: string;
}

/**
 * Returns the documents of an archive; undefined if the bytes are none, such as size-delimited
 * documents.
 *
 * @param maximum limit for the size of all documents.
 */
export async function openArchive(
  bytes: Uint8Array,
  maximum: number,
): Promise<OpenedArchive | undefined> {
  if (!isArchiveStart(bytes)) {
    return undefined;
  }
  const opened = await collect(bytes, maximum, []);
  if (opened !== undefined) {
    return opened;
  }
  // Few archives need it, so that it is not loaded before.
  const { zstdCodec } = await import("../zstd.js");
  return await collect(bytes, maximum, [await zstdCodec()]);
}

/** Returns undefined if a codec is missing. */
async function collect(
  bytes: Uint8Array,
  maximum: number,
  codecs: readonly ArchiveCodec[],
): Promise<OpenedArchive | undefined> {
  const parts: Uint8Array[] = [];
  let size = 0;
  let type = "";
  const opened = (damage?: string): OpenedArchive => ({
    bytes: joinBytes(parts),
    type,
    ...(damage !== undefined && { damage }),
  });
  const chunks = (async function* () {
    yield await Promise.resolve(bytes);
  })();
  try {
    for await (const block of readArchiveBlocks(chunks, { maxBytes: MAXIMUM_DOCUMENT, codecs })) {
      size += block.bytes.length;
      if (size > maximum) {
        return opened(`its documents have more than ${maximum} bytes`);
      }
      type ||= block.type ?? "";
      parts.push(block.bytes);
    }
    return opened();
  } catch (reason) {
    if (!(reason instanceof ArchiveError)) {
      throw reason;
    }
    return reason.code === "unknown_codec" && codecs.length === 0
      ? undefined
      : opened(`${reason.message} (offset ${reason.offset})`);
  }
}

/** The documents of an archive. */
export interface ArchiveContent {
  /** The position of each complete document. */
  readonly spans: readonly MessageSpan[];
  /** What is wrong after the last complete document. */
  readonly damage?: string;
}

/** Finds the documents of an archive. */
export function findDocuments(bytes: Uint8Array): ArchiveContent {
  const { documents, size, damage } = findWholeDocuments(bytes, {
    maxBytes: MAXIMUM_DOCUMENT,
    last: true,
  });
  if (documents > MOST_DOCUMENTS) {
    return { spans: [], damage: `it has more than ${MOST_DOCUMENTS} documents` };
  }
  const spans = spansOf(bytes.subarray(0, size));
  return damage === undefined
    ? { spans }
    : { spans, damage: `${damage.message} (offset ${damage.offset})` };
}

/** Returns whether an archive has documents and none of them is empty. */
export function isDocumentsOnly({ spans }: ArchiveContent): boolean {
  return spans.length > 0 && spans.every(({ start, end }) => end > start);
}
