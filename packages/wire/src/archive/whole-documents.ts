import { ArchiveError } from "./error.js";
import { MAXIMUM_SIZE_BYTES, readSizeBytes } from "./size.js";

/** The complete documents at the start of a buffer. */
export interface WholeDocuments {
  readonly documents: number;
  /** Number of their bytes, including the size before each. */
  readonly size: number;
  /** Set if the bytes after them are not a document. */
  readonly damage?: ArchiveError;
}

/** Options for counting complete documents. */
export interface WholeDocumentsOptions {
  /** Maximum size of a document in bytes. */
  readonly maxBytes: number;
  /** Offset of the buffer in the archive, for errors. @defaultValue 0 */
  readonly offset?: number | undefined;
  /** Number of the first document of the buffer, for errors. @defaultValue 1 */
  readonly number?: number | undefined;
  /** Whether the buffer is the end of the archive. @defaultValue false */
  readonly last?: boolean | undefined;
}

/** Counts the complete documents in a buffer that begins with a document. */
export function findWholeDocuments(
  bytes: Uint8Array,
  { maxBytes, offset = 0, number = 1, last = false }: WholeDocumentsOptions,
): WholeDocuments {
  let documents = 0;
  let start = 0;
  const found = (): WholeDocuments => ({ documents, size: start });
  const damaged = (code: ArchiveError["code"], message: string): WholeDocuments => ({
    ...found(),
    damage: new ArchiveError(
      code,
      { offset: offset + start, document: number + documents },
      message,
    ),
  });
  while (start < bytes.length) {
    const { size, end, isWhole } = readSizeBytes(bytes, start);
    const rest = bytes.length - end;
    if (size > maxBytes) {
      return damaged("too_large", `a document of more than ${maxBytes} bytes`);
    }
    if (!isWhole && end - start === MAXIMUM_SIZE_BYTES) {
      return damaged("malformed", `a size of more than ${MAXIMUM_SIZE_BYTES} bytes`);
    }
    if (!isWhole || size > rest) {
      const what = isWhole ? `a document: ${rest} of ${size} bytes` : "the size of a document";
      return last ? damaged("cut_off", `the archive ends within ${what}`) : found();
    }
    start = end + size;
    documents++;
  }
  return found();
}
