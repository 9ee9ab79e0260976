import type { Writable } from "node:stream";

/** The environment of the program: that of the process, or of a test. */
export interface GatewayIO {
  /** Destination of the log. */
  readonly stdout: Writable;
  readonly stderr: Writable;
  /** Folder that relative paths start from. */
  readonly directory: string;
  /** Aborted to end the program. */
  readonly signal: AbortSignal;
}
