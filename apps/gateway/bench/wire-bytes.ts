import { constants, createGzip } from "node:zlib";
import { countWire } from "../src/demo/wire.js";
import { deltaEvent } from "./events.js";
import { runLoad } from "./load.js";
import { startProcess } from "./processes.js";

const EVENTS = 1000;

/** Bytes of one event on the wire between the two sides, for each way to write it. */
export async function measureWireBytes(upstream: string): Promise<[way: string, bytes: number][]> {
  const rows: [string, number][] = [];
  const ingress = await startProcess("ingress", upstream);
  for (const [role, format, zipped] of [
    ["egress-stream-h1", "Stream format over HTTP/1.1", "zstd"],
    ["egress-stream-h2", "Stream format over HTTP/2", "zstd"],
    ["egress-h1", "Connect over HTTP/1.1", "gzip from 1 KiB on"],
    ["egress-h2", "Connect over HTTP/2", "gzip from 1 KiB on"],
  ] as const) {
    for (const compression of ["0", "1"]) {
      const wire = await countWire(ingress.url);
      const egress = await startProcess(role, wire.url, { BENCH_COMPRESSION: compression });
      await runLoad(egress.url, { streams: 1, events: EVENTS, interval: 0 });
      const way = compression === "1" ? `${format}, ${zipped}` : format;
      rows.push([way, wire.take() / EVENTS]);
      egress.end();
      wire.close();
    }
  }
  ingress.end();
  const wire = await countWire(upstream);
  await runLoad(wire.url, { streams: 1, events: EVENTS, interval: 0 });
  wire.close();
  rows.unshift(
    ["SSE", wire.take() / EVENTS],
    ["SSE, gzip, flushed at each event", await gzipped()],
  );
  return rows;
}

/** What a proxy sends that compresses a stream and does not hold events back. */
async function gzipped(): Promise<number> {
  const gzip = createGzip({ flush: constants.Z_SYNC_FLUSH });
  let bytes = 0;
  gzip.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
  });
  for (let number = 0; number < EVENTS; number++) {
    await new Promise((resolve) => gzip.write(deltaEvent(number), resolve));
  }
  return bytes / EVENTS;
}
