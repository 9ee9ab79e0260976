import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { brotliCompressSync, gzipSync, zstdCompressSync } from "node:zlib";
import type { UpstreamPlan } from "./input.js";

/** An upstream that answers each request by the plan that its path or body names. */
export class FuzzUpstream {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #plans = new Map<string, UpstreamPlan>();

  constructor() {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on("error", () => {});
      socket.once("close", () => this.#sockets.delete(socket));
      // The gateway may break the connection at any time.
      this.#serve(socket).catch(() => socket.destroy());
    });
  }

  /** Starts to listen; gives the URL. */
  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    // A server on a port has an address of this kind.
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/v1`;
  }

  /** Answers requests with this key by a plan. */
  plan(key: string, plan: UpstreamPlan): void {
    this.#plans.set(key, plan);
  }

  forget(key: string): void {
    this.#plans.delete(key);
  }

  close(): void {
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    this.#server.close();
  }

  async #serve(socket: Socket): Promise<void> {
    let seen = "";
    // An answer that stalls leaves the connection open.
    for await (const chunk of socket.iterator({ destroyOnReturn: false })) {
      seen += Buffer.from(chunk).toString("latin1");
      const key = /fuzz-[0-9]+-x/.exec(seen)?.[0];
      const plan = key === undefined ? undefined : this.#plans.get(key);
      if (plan !== undefined && seen.includes("\r\n\r\n")) {
        await play(socket, plan);
        return;
      }
    }
  }
}

/** The bytes of an answer's body, compressed. */
export function bodyBytes(plan: UpstreamPlan): Buffer {
  return compress(Buffer.from(plan.body, "latin1"), plan.encoding);
}

/** The bytes of an answer. */
export function answerBytes(plan: UpstreamPlan): Buffer {
  const body = bodyBytes(plan);
  if (plan.framing === "none") {
    return Buffer.from(plan.head, "latin1");
  }
  const lines = [
    `HTTP/1.1 ${plan.status} Fuzz`,
    ...(plan.contentType === undefined ? [] : [`content-type: ${plan.contentType}`]),
    ...(plan.encoding === "identity" ? [] : [`content-encoding: ${plan.encoding}`]),
    ...plan.headers.map(([name, value]) => `${name}: ${value}`),
    "connection: close",
  ];
  if (plan.framing === "chunked") {
    const size = body.length.toString(16);
    const chunk = body.length === 0 ? [] : [Buffer.from(`${size}\r\n`), body, Buffer.from("\r\n")];
    const head = Buffer.from(`${[...lines, "transfer-encoding: chunked"].join("\r\n")}\r\n\r\n`);
    return Buffer.concat([head, ...chunk, Buffer.from("0\r\n\r\n")]);
  }
  const length = body.length + (plan.framing === "too-long" ? 10 : 0);
  const told = plan.framing === "close" ? [] : [`content-length: ${length}`];
  return Buffer.concat([Buffer.from(`${[...lines, ...told].join("\r\n")}\r\n\r\n`), body]);
}

function compress(body: Buffer, encoding: UpstreamPlan["encoding"]): Buffer {
  switch (encoding) {
    case "gzip":
      return gzipSync(body);
    case "br":
      return brotliCompressSync(body);
    case "zstd":
      return zstdCompressSync(body);
    case "identity":
      return body;
  }
}

async function play(socket: Socket, plan: UpstreamPlan): Promise<void> {
  const bytes = answerBytes(plan);
  const end = Math.min(plan.cutAt ?? bytes.length, bytes.length);
  let start = 0;
  for (const [at, milliseconds] of plan.pauses) {
    const pause = Math.min(at, end);
    socket.write(bytes.subarray(start, pause));
    start = pause;
    await delay(milliseconds);
  }
  socket.write(bytes.subarray(start, end));
  if (plan.cutAt !== undefined && plan.cutAt < bytes.length) {
    if (plan.cut === "stall") {
      // So that the end of the other side is seen.
      socket.resume();
      return;
    }
    if (plan.cut === "reset") {
      // What was written has to leave first.
      await delay(20);
      socket.resetAndDestroy();
      return;
    }
  }
  socket.end();
}
