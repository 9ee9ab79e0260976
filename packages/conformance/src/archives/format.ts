import type { ArchiveErrorCode } from "@stepwire/wire";

/** A file of vectors for the archive format. vectors/README.md describes it for implementers. */
export interface ArchiveVectorFile {
  readonly topic: string;
  readonly about: string;
  readonly cases: readonly ArchiveVector[];
}

/** Limits of a reader. */
export interface ArchiveVectorOptions {
  readonly maxBytes?: number;
  readonly maxBlockBytes?: number;
}

/** An archive, and what a reader makes of it. */
export interface ArchiveVector {
  readonly name: string;
  /** The full name of the message type that the header has; absent if there is no header. */
  readonly type?: string;
  /** For writers: the identifier in hexadecimal, and how many documents each block has. */
  readonly id?: string;
  readonly blocks?: readonly number[];
  /** Limits other than the default. */
  readonly options?: ArchiveVectorOptions;
  /** The bytes in hexadecimal. */
  readonly archive: string;
  /** The documents before the error, in hexadecimal. */
  readonly documents: readonly string[];
  readonly error?: ArchiveVectorError;
  /** What a reader makes of it that continues after errors. */
  readonly recovered?: RecoveredArchive;
}

/** The error after the documents. */
export interface ArchiveVectorError {
  readonly code: ArchiveErrorCode;
  /** Offset of the part that is wrong. */
  readonly offset: number;
  /** Number of the next document. */
  readonly document: number;
}

/** What is left of a damaged archive. */
export interface RecoveredArchive {
  /** All documents with their numbers. */
  readonly documents: readonly (readonly [number: number, document: string])[];
  /** What was skipped, in the order of the bytes. */
  readonly lost: readonly LostPart[];
}

/** A part that was skipped. */
export interface LostPart {
  readonly code: ArchiveErrorCode;
  /** The skipped bytes. */
  readonly start: number;
  readonly end: number;
  /** The numbers of the first and the last lost document; `null` if the last one is unknown. */
  readonly first: number;
  readonly last: number | null;
}
