import type { Socket } from "node:net";

/** Limits of what is read from a connection that is about to be closed. */
export interface LingerLimits {
  readonly maxDiscardBytes: number;
  /** Maximum time, in milliseconds. */
  readonly requestTimeout: number;
}

const INTERVAL = 50;

/**
 * Reads and drops incoming bytes until the request is complete or a limit is reached.
 *
 * If a connection is closed while bytes are still arriving, the operating system resets it, and the
 * reset can overtake the answer. A client that is still sending would then see EPIPE or ECONNRESET
 * in place of the error that explains the reason.
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
