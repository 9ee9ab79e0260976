import type { StreamErrorCode, StreamReadOptions } from "@stepwire/wire";

/** A file of vectors for the stream format. vectors/README.md describes it for implementers. */
export interface StreamVectorFile {
  readonly topic: string;
  readonly about: string;
  readonly cases: readonly StreamVector[];
}

/** A stream, and what a reader makes of it. */
export interface StreamVector {
  readonly name: string;
  /** The full name of the event message, if the case is for writers too. */
  readonly schema?: string;
  /** How many events a writer writes in each block. */
  readonly blocks?: readonly number[];
  /** Limits other than the default. */
  readonly options?: StreamReadOptions;
  readonly encoding?: "gzip" | "zstd";
  /** The bytes in hexadecimal. */
  readonly stream: string;
  /** The events with their numbers, in hexadecimal. */
  readonly events: readonly (readonly [number: number, event: string])[];
  /** The description of a failure, in hexadecimal. */
  readonly failure?: string;
  readonly error?: StreamVectorError;
}

/** The error after the events. */
export interface StreamVectorError {
  readonly code: StreamErrorCode;
  /** Offset of the record, and number of the next event; not for compressed streams. */
  readonly offset?: number;
  readonly event?: number;
}
