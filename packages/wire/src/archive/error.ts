/** What is wrong with an archive. docs/archive-format.md defines the codes. */
export type ArchiveErrorCode =
  /** The bytes do not start like an archive. */
  | "bad_magic"
  /** The archive has a newer version of the format. */
  | "newer_version"
  /** The input ends within a document or a part of the archive, or before its end. */
  | "cut_off"
  /** A part of the archive, or a size, is malformed. */
  | "malformed"
  /** The bytes of a part differ from those that were written. */
  | "checksum"
  /** A document or a block is larger than the limit. */
  | "too_large"
  /** A block is compressed in a way that the reader does not know. */
  | "unknown_codec";

/** Where an archive is damaged. */
export interface ArchivePlace {
  /** Offset of the damaged document or part in the input, in bytes. */
  readonly offset: number;
  /** Number of the next document, counted from 1; undefined if it is unknown. */
  readonly document?: number | undefined;
}

/** An archive is damaged, or the input is not an archive. All documents before are complete. */
export class ArchiveError extends Error {
  readonly code: ArchiveErrorCode;
  /** Offset in the input: of the document's size, or of the part that is damaged. */
  readonly offset: number;
  /** Number of the first document that could not be read, counted from 1; if it is known. */
  readonly document: number | undefined;

  constructor(
    code: ArchiveErrorCode,
    place: ArchivePlace,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "ArchiveError";
    this.code = code;
    this.offset = place.offset;
    this.document = place.document;
  }
}
