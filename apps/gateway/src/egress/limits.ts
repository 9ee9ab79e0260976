import type { ServerLimits } from "../http/server-limits.js";

/** Limits of an egress; times in milliseconds. */
export interface EgressLimits extends ServerLimits {
  readonly maxBodyBytes: number;
  readonly maxStreams: number;
  /** Maximum duration of a request that is not a stream. */
  readonly answerTimeout: number;
  readonly streamTimeout: number;
  /**
   * Time without output after which a comment is written into a stream, so that neither the client
   * nor a proxy closes it as inactive; 0 for never. The ingress is asked to do the same by empty
   * messages. @defaultValue 15,000
   */
  readonly keepAliveInterval?: number;
  /** Maximum size of a document, as binary. @defaultValue 64 MiB */
  readonly maxMessageBytes?: number;
  /** How long the egress tries to resume a stream that broke. */
  readonly resumeWindow: number;
  /**
   * How long a stream is kept after its end was written: the connection may break before the client
   * has all of it. @defaultValue the resume window
   */
  readonly forgetDelay?: number;
}
