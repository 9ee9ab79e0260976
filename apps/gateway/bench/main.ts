/*
 * What it costs to bring the events of many streams from one side to the other, on
 * loopback: `pnpm bench:gateway`. Every way has two processes in between, at either end
 * of the inner wire; `--quick` is for a look.
 */
import { cpus } from "node:os";
import { percentile, runLoad } from "./load.js";
import { type BenchProcess, startProcess, type Usage } from "./processes.js";
import type { Role } from "./roles.js";
import { measureWireBytes } from "./wire-bytes.js";

const quick = process.argv.includes("--quick");
const STREAMS = 200;
const full = { streams: STREAMS, events: quick ? 50 : 250, interval: 0 };
const paced = { streams: STREAMS, events: quick ? 10 : 30, interval: 400 };
const MEMORY_ROUNDS = quick ? 3 : 10;
const memory = { streams: STREAMS, events: quick ? 30 : 120, interval: 0 };

const ways: readonly [name: string, near: Role, far: Role][] = [
  ["SSE, passed through unparsed", "unparsed", "unparsed"],
  ["SSE, parsed and written anew", "parsed", "parsed"],
  ["Connect binary over HTTP/1.1", "ingress", "egress-h1"],
  ["Connect binary over HTTP/2", "ingress", "egress-h2"],
];

const upstream = await startProcess("upstream");
const processor = cpus()[0]?.model ?? "unknown processor";
console.log(`Node ${process.versions.node}, ${cpus().length} × ${processor}, loopback
${STREAMS} streams at once; CPU is that of the two processes in between, near and far.
Latency is at ${Math.round((1000 * paced.streams) / paced.interval)} events/s, less that of no process in between.
`);

const base = await runLoad(upstream.url, paced);
const columns = ["events/s", "CPU/event", "near", "far", "p50", "p99"];
console.log(["".padEnd(30), ...columns.map((title) => title.padStart(10))].join(""));
for (const [name, near, far] of ways) {
  const first = await startProcess(near, upstream.url);
  const second = await startProcess(far, first.url);
  await runLoad(second.url, { ...full, events: quick ? 20 : 100 });
  const before = await usages(first, second);
  const { events, seconds } = await runLoad(second.url, full);
  const after = await usages(first, second);
  const [nearCpu = 0, farCpu = 0] = after.map(({ cpu }, index) => {
    return (cpu - (before[index]?.cpu ?? 0)) / events;
  });
  const { ages } = await runLoad(second.url, paced);
  const added = (share: number): string =>
    `${Math.max(0, percentile(ages, share) - percentile(base.ages, share)).toFixed(1)} ms`;
  const cells = [
    String(Math.round(events / seconds)),
    `${(nearCpu + farCpu).toFixed(0)} µs`,
    `${nearCpu.toFixed(0)} µs`,
    `${farCpu.toFixed(0)} µs`,
    added(0.5),
    added(0.99),
  ];
  console.log([name.padEnd(30), ...cells.map((cell) => cell.padStart(10))].join(""));
  first.end();
  second.end();
}

console.log("\nBytes of one event on the inner wire, framing included");
for (const [way, bytes] of await measureWireBytes(upstream.url)) {
  console.log(`${way.padEnd(44)}${bytes.toFixed(0).padStart(8)}`);
}

await measureMemory();
upstream.end();

async function usages(...processes: readonly BenchProcess[]): Promise<Usage[]> {
  return await Promise.all(processes.map((each) => each.usage()));
}

/** Round after round of streams: what is left of each in memory? */
async function measureMemory(): Promise<void> {
  const ingress = await startProcess("ingress", upstream.url);
  const egress = await startProcess("egress-h2", ingress.url);
  const total = MEMORY_ROUNDS * memory.streams * memory.events;
  console.log(`\nHeap after each tenth of ${total} events, in MiB, garbage collected`);
  const heaps: Usage[][] = [];
  for (let round = 0; round < MEMORY_ROUNDS; round++) {
    await runLoad(egress.url, memory);
    heaps.push(await usages(ingress, egress));
  }
  for (const [index, name] of ["ingress", "egress"].entries()) {
    const row = heaps.map((round) => ((round[index]?.heapUsed ?? 0) / 2 ** 20).toFixed(1));
    console.log(`${name.padEnd(10)}${row.map((heap) => heap.padStart(7)).join("")}`);
  }
  ingress.end();
  egress.end();
}
