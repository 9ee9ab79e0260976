import { connect } from "node:net";
import { setTimeout as delay } from "node:timers/promises";

/** What was received on a connection. */
export interface Received {
  readonly bytes: Buffer;
  /** `end` if the server closed it, `left` if the client did, `hung` if neither. */
  readonly ending: "end" | "reset" | "left" | "hung";
}

/** Options for sending bytes. */
export interface SendOptions {
  readonly url: URL;
  readonly bytes: Buffer;
  /** How many bytes to send at once, 5 milliseconds apart. */
  readonly pieces: number | undefined;
  readonly abortAt: number | undefined;
  readonly milliseconds: number;
}

/** Sends bytes over a new connection, and returns the answer. */
export async function send(options: SendOptions): Promise<Received> {
  const { url, bytes, pieces = bytes.length, abortAt, milliseconds } = options;
  const socket = connect(Number(url.port), url.hostname);
  const chunks: Buffer[] = [];
  let length = 0;
  const ended = new Promise<Received["ending"]>((settle) => {
    const timer = setTimeout(() => settle("hung"), milliseconds);
    const finish = (ending: Received["ending"]): void => {
      clearTimeout(timer);
      settle(ending);
    };
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      length += chunk.length;
      if (abortAt !== undefined && length >= abortAt) {
        finish("left");
        socket.resetAndDestroy();
      }
    });
    socket.on("end", () => finish("end"));
    socket.on("error", () => finish("reset"));
    socket.on("close", () => finish("end"));
  });
  for (let start = 0; start < bytes.length && !socket.destroyed; start += Math.max(1, pieces)) {
    socket.write(bytes.subarray(start, start + Math.max(1, pieces)));
    if (pieces < bytes.length) {
      await delay(5);
    }
  }
  const ending = await ended;
  socket.destroy();
  return { bytes: Buffer.concat(chunks), ending };
}
