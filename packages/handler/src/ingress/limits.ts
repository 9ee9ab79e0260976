import { given } from "../given.js";

/** Limits of an ingress; times in milliseconds. */
export interface IngressLimits {
  /** Maximum size of a request, in bytes. @defaultValue 1 MiB */
  readonly maxBodyBytes?: number;
  /** Maximum size of the JSON of a document, in bytes. @defaultValue 64 MiB */
  readonly maxDocumentBytes?: number;
  /** Maximum size of the data of an event, in bytes. @defaultValue 64 MiB */
  readonly maxEventBytes?: number;
  /** Maximum number of streams, including those without a reader. @defaultValue 1,000 */
  readonly maxStreams?: number;
  /** Maximum duration of a stream. @defaultValue 900,000 */
  readonly streamTimeout?: number;
  /** Maximum time from the end of a request until the upstream's answer begins. @defaultValue 60,000 */
  readonly answerTimeout?: number;
  /** Maximum time without data from the upstream once its answer has begun. @defaultValue 300,000 */
  readonly idleTimeout?: number;
  /** Maximum time for which a stream is kept without a reader. @defaultValue 10,000 */
  readonly maxResumeWindow?: number;
  /** Maximum memory for the events kept for resuming, in bytes for each stream. @defaultValue 1 MiB */
  readonly maxResumeBytes?: number;
  /** How long the opening of a stream waits for the store. @defaultValue 500 */
  readonly maxStoreWait?: number;
}

const DEFAULTS: Required<IngressLimits> = {
  maxBodyBytes: 1024 * 1024,
  maxDocumentBytes: 64 * 1024 * 1024,
  maxEventBytes: 64 * 1024 * 1024,
  maxStreams: 1000,
  streamTimeout: 900_000,
  answerTimeout: 60_000,
  idleTimeout: 300_000,
  maxResumeWindow: 10_000,
  maxResumeBytes: 1024 * 1024,
  maxStoreWait: 500,
};

/** Returns the limits, with the defaults of those that are not given. */
export function withDefaults(limits: IngressLimits): Required<IngressLimits> {
  return { ...DEFAULTS, ...given(limits) };
}
