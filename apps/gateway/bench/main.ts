/*
 * What it costs to bring the events of many streams from one side to the other, on
 * loopback: `pnpm bench:gateway`. Every way has two processes in between, at either end
 * of the inner wire. `--quick` is for a look, `--write` renews the README's tables.
 */
import { cpus, loadavg } from "node:os";
import { measureMemory } from "./memory.js";
import { startProcess } from "./processes.js";
import { formatBytes, formatMemory, formatWays, writeReport } from "./report.js";
import { measureWays } from "./ways.js";
import { measureWireBytes } from "./wire-bytes.js";

const quick = process.argv.includes("--quick");
const STREAMS = 200;
const unpaced = { streams: STREAMS, events: quick ? 20 : 100, interval: 0 };
const paced = { streams: STREAMS, events: quick ? 10 : 40, interval: 100 };
const memory = { streams: STREAMS, events: quick ? 30 : 120, interval: 0 };
const rounds = quick ? 1 : 5;
const memoryRounds = quick ? 3 : 10;

const count = (value: number): string => value.toLocaleString("en");
const upstream = await startProcess("upstream");
const processor = cpus()[0]?.model ?? "an unknown processor";
const sections: string[] = [];
function tell(text: string): void {
  sections.push(text);
  console.log(`${text}\n`);
}

tell(`Node ${process.versions.node}, ${cpus().length} × ${processor} (load average ${loadavg()[0]?.toFixed(1)} before), loopback, ${today()}: ${STREAMS} streams at once. CPU is that of the two
processes in between. "Paced" is at ${count((1000 * paced.streams) / paced.interval)} events/s, where nearly every event comes by itself; the other columns are
for events as fast as the client reads them. p50 and p99 are what the two processes add to the age of an event. Medians
of ${rounds} rounds, in each of which all ways took their turn.`);
tell(formatWays(await measureWays(upstream, { rounds, unpaced, paced })));
tell(formatBytes(await measureWireBytes(upstream.url)));
const events = memoryRounds * memory.streams * memory.events;
tell(
  `The heap after each of ${memoryRounds} parts of ${count(events)} events over HTTP/2, garbage collected:`,
);
tell(formatMemory(await measureMemory(upstream, memory, memoryRounds)));
upstream.end();
if (process.argv.includes("--write")) {
  writeReport(sections.join("\n\n"));
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
