import { given } from "../given.js";

/** Limits of an egress; times in milliseconds. */
export interface EgressLimits {
  /** Maximum size of a request for an rpc, in bytes. @defaultValue 1 MiB */
  readonly maxBodyBytes?: number;
  /** Maximum number of streams at once. @defaultValue 1,000 */
  readonly maxStreams?: number;
  /** Maximum duration of a request that is not a stream. @defaultValue 60,000 */
  readonly answerTimeout?: number;
  /** Maximum duration of a stream. @defaultValue 900,000 */
  readonly streamTimeout?: number;
  /** Maximum time for the client to read the rest of a stream that has ended. @defaultValue 300,000 */
  readonly idleTimeout?: number;
  /**
   * Time without output after which a comment is written into a stream, so that neither the client
   * nor a proxy closes it as inactive; 0 for never. The ingress is asked to do the same by empty
   * messages. @defaultValue 15,000
   */
  readonly keepAliveInterval?: number;
  /** Maximum size of a document, or an event, as binary. @defaultValue 64 MiB */
  readonly maxMessageBytes?: number;
  /** How long the egress tries to resume a stream that broke. @defaultValue 10,000 */
  readonly resumeWindow?: number;
  /**
   * How long a stream is kept after its end was written: the connection may break before the client
   * has all of it. @defaultValue the resume window
   */
  readonly forgetDelay?: number;
}

const DEFAULTS: Required<Omit<EgressLimits, "forgetDelay">> = {
  maxBodyBytes: 1024 * 1024,
  maxStreams: 1000,
  answerTimeout: 60_000,
  streamTimeout: 900_000,
  idleTimeout: 300_000,
  keepAliveInterval: 15_000,
  maxMessageBytes: 64 * 1024 * 1024,
  resumeWindow: 10_000,
};

/** Returns the limits, with the defaults of those that are not given. */
export function withDefaults(limits: EgressLimits): Required<EgressLimits> {
  const all = { ...DEFAULTS, ...given(limits) };
  return { forgetDelay: all.resumeWindow, ...all };
}
