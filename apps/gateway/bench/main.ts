/*
 * What it costs to bring the events of many streams from one side to the other, on
 * loopback: `pnpm bench:gateway`. Every way has two processes in between, at either end
 * of the inner wire; those with SSE do the same work in both. `--quick` is for a look, `--only <pattern>` for some ways, `--write` renews the README's tables.
 * The ways with JetStream are left out if there is neither a NATS server nor Go to build it.
 */
import { cpus, loadavg } from "node:os";
import { parseArgs } from "node:util";
import { startNatsServer } from "@stepwire/testing";
import { measureMemory } from "./memory.js";
import { startProcess } from "./processes.js";
import { formatBytes, formatMemory, formatWays, writeReport } from "./report.js";
import { measureWays } from "./ways.js";
import { measureWireBytes } from "./wire-bytes.js";

/** Matches all ways. */
const ALL = ".";
const { values: options } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    only: { type: "string", default: ALL },
    rounds: { type: "string" },
  },
});
const { quick, write } = options;
const only = new RegExp(options.only);
const STREAMS = 200;
const unpaced = { streams: STREAMS, events: quick ? 20 : 100, interval: 0 };
const paced = { streams: STREAMS, events: quick ? 10 : 40, interval: 100 };
const memory = { streams: STREAMS, events: quick ? 30 : 120, interval: 0 };
const rounds = Number(options.rounds ?? (quick ? 1 : 5));
/** Loads before the first measured one: the compiler of Node goes on for about 100,000 events. */
const warmUps = quick ? 2 : 8;
const memoryRounds = quick ? 3 : 10;

const count = (value: number): string => value.toLocaleString("en");
const upstream = await startProcess("upstream");
const nats = await startNatsServer().catch((error: unknown) => {
  console.error("without JetStream:", error);
  return undefined;
});
const processor = cpus()[0]?.model ?? "an unknown processor";
const sections: string[] = [];
function tell(text: string): void {
  sections.push(text);
  console.log(`${text}\n`);
}

tell(`Node ${process.versions.node}, ${cpus().length} × ${processor} (load average ${loadavg()[0]?.toFixed(1)} before), loopback, ${today()}: ${STREAMS} streams at once. CPU is that of the two
processes in between; "CPU/event" is for streams of ${unpaced.events} events. "Paced" is at ${count((1000 * paced.streams) / paced.interval)} events/s, where nearly every event comes by itself; the other columns are
for events as fast as the client reads them. p50 and p99 are what the two processes add to the age of an event. Medians
of ${rounds} rounds, in each of which all ways took their turn, after
${count(warmUps * unpaced.streams * unpaced.events)} events of each to warm up. "JetStream": the ingress stores each stream on one NATS server, whose CPU is not counted.`);
tell(
  formatWays(
    await measureWays(upstream, { rounds, warmUps, unpaced, paced, only, store: nats?.url }),
  ),
);
if (options.only === ALL) {
  tell(formatBytes(await measureWireBytes(upstream.url)));
  const events = memoryRounds * memory.streams * memory.events;
  tell(
    `The heap after each of ${memoryRounds} parts of ${count(events)} events over HTTP/2, garbage collected:`,
  );
  tell(formatMemory(await measureMemory(upstream, memory, memoryRounds)));
}
upstream.end();
await nats?.close();
if (write && options.only === ALL) {
  writeReport(sections.join("\n\n"));
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
