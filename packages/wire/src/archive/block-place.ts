/** One archive of a file. */
export interface IndexedArchive {
  /** Offset of the archive in the file. */
  readonly offset: number;
  /** Size in bytes. */
  readonly size: number;
  /** Full name of the message type; empty if it is unknown. */
  readonly type: string;
  readonly id: Uint8Array;
  /** Number of documents. */
  readonly documents: number;
  /** Number of documents in all archives of the file before this one. */
  readonly before: number;
}

/** The place of a block in a file. */
export interface ArchiveBlockPlace {
  readonly archive: IndexedArchive;
  /** Offset of the block in the file. */
  readonly offset: number;
  /** Size in the file, in bytes. */
  readonly size: number;
  /** Number of the first document, counted from 1. */
  readonly number: number;
  /** Number of documents. */
  readonly documents: number;
}
