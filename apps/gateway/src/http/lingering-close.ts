import type { Socket } from "node:net";

/** Bounds of what is read from a connection that is about to be closed. */
export interface LingerLimits {
  readonly maxDiscardBytes: number;
  /** In milliseconds. */
  readonly requestTimeout: number;
}

const INTERVAL = 50;

/**
 * Reads and drops what still arrives, until it is complete or a bound is reached.
 *
 * A connection that is closed while bytes are on their way to it is reset by the system,
 * and the reset overtakes the answer: a client that is still sending would get EPIPE or
 * ECONNRESET in place of the error that explains why.
 */
export function discardIncoming(
  socket: Socket,
  { maxDiscardBytes, requestTimeout }: LingerLimits,
  isComplete: () => boolean,
  then: () => void,
): void {
  const started = performance.now();
  const bytesBefore = socket.bytesRead;
  const timer = setInterval(() => {
    if (isComplete()) {
      clearInterval(timer);
      then();
    } else if (
      socket.bytesRead - bytesBefore > maxDiscardBytes ||
      performance.now() - started > requestTimeout
    ) {
      clearInterval(timer);
      socket.destroy();
    }
  }, INTERVAL);
  timer.unref();
  socket.once("close", () => clearInterval(timer));
  socket.resume();
}
