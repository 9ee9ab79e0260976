import type { DocumentType, InputForm } from "./conversion.js";

/** How bytes were given: as a file, or as text. */
export type Spelling = "binary" | "hex" | "base64";

/** What bytes are: one message, or several, each preceded by its size. */
export type Layout = "message" | "archive";

/** What the reader chose for bytes; what is absent is detected. */
export interface BytesChoice {
  readonly layout?: Layout | undefined;
  /** The name of the message type. */
  readonly type?: string | undefined;
  /** The document of an archive, from 0; all of them if it is absent. */
  readonly document?: number | undefined;
}

/** Bytes that were pasted, dropped or chosen. */
export interface GivenBytes {
  /** The name of the file; empty for pasted bytes. */
  readonly name: string;
  readonly spelling: Spelling;
  readonly source: Blob;
}

/** How a file was compressed. */
export type Compression = "gzip" | "zstd";

/** What is known of bytes, whatever they contain. */
interface Given {
  readonly spelling: Spelling;
  readonly compression?: Compression;
  /** Size after decompression. */
  readonly size: number;
}

/** Bytes as JSON. */
export interface ReadBytes extends Given {
  readonly kind: "read";
  readonly layout: Layout;
  /** The type of each message. */
  readonly type: DocumentType;
  /** Other types that describe the bytes as well. */
  readonly alternatives: readonly string[];
  /** The documents of an archive, or the first of them, in words. */
  readonly labels: readonly string[];
  readonly documents: number;
  readonly form: InputForm;
  /** The JSON; as a file if it is too long for the editor. */
  readonly text: string | Blob;
  /** Size of the fields that the schema does not know, and JSON does not have. */
  readonly unknownBytes: number;
  /** What is wrong after the last document of an archive. */
  readonly damage?: string;
  /** Whether the JSON becomes the same bytes again; undefined if that was not tried. */
  readonly isCanonical?: boolean | undefined;
}

/** A file that contains text after all. */
export interface FoundText extends Given {
  readonly kind: "text";
  readonly text: string | Blob;
}

/** Bytes that are not what they were taken for. */
export interface UnreadableBytes extends Given {
  readonly kind: "unreadable";
  /** What is wrong after the last document of an archive. */
  readonly damage?: string;
  readonly layout: Layout;
  readonly type?: DocumentType | undefined;
  readonly documents: number;
  readonly labels: readonly string[];
  /** What is wrong, where, and what to do. */
  readonly problem: string;
}

/** The result of reading bytes. */
export type BytesReading = ReadBytes | FoundText | UnreadableBytes;
