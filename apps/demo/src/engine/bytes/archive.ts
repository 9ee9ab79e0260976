import { findWholeDocuments } from "@stepwire/wire";
import type { MessageSpan } from "../converted.js";
import { spansOf } from "../spans.js";

/** Largest document of an archive; the default of `stepwire unpack`. */
const MAXIMUM_DOCUMENT = 64 * 1024 * 1024;

/** The page keeps the position of each document. */
const MOST_DOCUMENTS = 2_000_000;

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
