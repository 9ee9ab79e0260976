import { MAXIMUM_SIZE_BYTES, readSizeBytes } from "./size.js";

/** The archive is damaged, or no archive. What came before is whole. */
export class ArchiveError extends Error {
  /** A document larger than it may be, a size that is none, or an end within a document. */
  readonly code: "too_large" | "malformed" | "cut_off";
  /** Where the document, its size included, starts in the archive. */
  readonly offset: number;

  constructor(code: ArchiveError["code"], offset: number, message: string) {
    super(message);
    this.name = "ArchiveError";
    this.code = code;
    this.offset = offset;
  }
}

/** How far whole documents reach. */
export interface WholeDocuments {
  readonly documents: number;
  /** How many bytes they take, with what stands before each. */
  readonly size: number;
  /** What follows them is no document. */
  readonly damage?: ArchiveError;
}

/** Where documents are looked for. */
export interface WholeDocumentsOptions {
  /** How many bytes a document may have. */
  readonly maxBytes: number;
  /** Where in the archive the bytes start, for errors. @defaultValue 0 */
  readonly offset?: number | undefined;
  /** Whether the archive ends with the bytes. @defaultValue false */
  readonly last?: boolean | undefined;
}

/** Finds out how far whole documents reach in bytes that start with one. */
export function findWholeDocuments(
  bytes: Uint8Array,
  { maxBytes, offset = 0, last = false }: WholeDocumentsOptions,
): WholeDocuments {
  let documents = 0;
  let start = 0;
  const found = (): WholeDocuments => ({ documents, size: start });
  const damaged = (code: ArchiveError["code"], message: string): WholeDocuments => ({
    ...found(),
    damage: new ArchiveError(code, offset + start, message),
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
