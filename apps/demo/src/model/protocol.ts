import type { BytesChoice, BytesReading, GivenBytes } from "./bytes.js";
import type { Conversion, ConvertOptions, DocumentType, Sizes } from "./conversion.js";
import type { StreamFrame, StreamOverview } from "./stream.js";

/** Converts the text of the editor, or a file. */
export interface ConvertRequest {
  readonly kind: "convert";
  readonly source: string | Blob;
  readonly options: ConvertOptions;
}

/** Reads bytes as JSON. */
export interface ReadBytesRequest {
  readonly kind: "read-bytes";
  readonly given: GivenBytes;
  readonly choice: BytesChoice;
}

/** Measures the last conversion. */
export interface MeasureRequest {
  readonly kind: "measure";
}

/** Reads a transcript, to be played. */
export interface OpenStreamRequest {
  readonly kind: "open-stream";
  readonly text: string;
}

/** Plays a transcript up to an event. */
export interface SeekRequest {
  readonly kind: "seek";
  readonly event: number;
}

/** A request of the page to the worker. */
export type EngineRequest =
  | ConvertRequest
  | ReadBytesRequest
  | MeasureRequest
  | OpenStreamRequest
  | SeekRequest;

/** The results of the worker, by the kind of request. */
export interface EngineResults {
  readonly convert: FileConversion;
  readonly "read-bytes": BytesReading;
  readonly measure: Sizes;
  readonly "open-stream": StreamOverview;
  readonly seek: StreamFrame;
}

/** A conversion with the text that is shown for it. */
export interface FileConversion extends Conversion {
  /** The start of a text that is too long for the editor. */
  readonly excerpt?: string;
}

/** The progress of a request. */
export interface Progress {
  readonly stage: string;
  readonly done: number;
  readonly total: number;
}

/** A message to the worker: a request, or the cancellation of one. */
export type Envelope =
  | { readonly id: number; readonly request: EngineRequest }
  | { readonly abandoned: number };

/** A message from the worker about a request. */
export type EngineReply =
  /** The worker has started. It knows these types of documents. */
  | { readonly kind: "ready"; readonly types: readonly DocumentType[] }
  | { readonly kind: "progress"; readonly id: number; readonly progress: Progress }
  | {
      readonly kind: "done";
      readonly id: number;
      readonly result: EngineResults[keyof EngineResults];
    }
  | { readonly kind: "failed"; readonly id: number; readonly message: string };
