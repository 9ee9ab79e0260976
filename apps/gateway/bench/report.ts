import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { MemoryRow } from "./memory.js";
import type { WayCost } from "./ways.js";

const readme = join(import.meta.dirname, "..", "README.md");
const START = "<!-- load-table -->";
const END = "<!-- /load-table -->";

/** The costs of all ways as a table. */
export function formatWays(costs: readonly WayCost[]): string {
  const rows = costs.map((cost) => [
    cost.name,
    Math.round(cost.eventsPerSecond).toLocaleString("en"),
    `${cost.cpuUnpaced.toFixed(0)} µs`,
    `${cost.cpuOpening.toFixed(0)} µs`,
    `${cost.cpuFurther.toFixed(0)} µs`,
    `${cost.cpuPaced.toFixed(0)} µs (${cost.nearPaced.toFixed(0)} + ${cost.farPaced.toFixed(0)})`,
    `${Math.max(0, cost.addedMedian).toFixed(1)} ms`,
    `${Math.max(0, cost.addedLate).toFixed(1)} ms`,
  ]);
  return formatTable(
    [
      "",
      "events/s",
      "CPU/event",
      "CPU/stream of one event",
      "CPU/further event",
      "CPU/event, paced",
      "p50, paced",
      "p99, paced",
    ],
    rows,
  );
}

/** The bytes of an event for each way to write it, as a table. */
export function formatBytes(rows: readonly (readonly [way: string, bytes: number])[]): string {
  return formatTable(
    ["one event on the inner wire, framing included", "bytes"],
    rows.map(([way, bytes]) => [way, bytes.toFixed(0)]),
  );
}

/** The heaps of both roles, as a table. */
export function formatMemory(rows: readonly MemoryRow[]): string {
  const rounds = Math.max(...rows.map(({ heaps }) => heaps.length));
  return formatTable(
    ["heap, MiB", ...Array.from({ length: rounds }, (_, round) => `${round + 1}`)],
    rows.map(({ role, heaps }) => [role, ...heaps.map((heap) => (heap / 2 ** 20).toFixed(1))]),
  );
}

function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const rule = head.map((_, column) => (column === 0 ? "---" : "--:"));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** Puts the report into the README of the gateway. */
export function writeReport(report: string): void {
  const text = readFileSync(readme, "utf8");
  const [start, end] = [text.indexOf(START), text.indexOf(END)];
  if (start === -1 || end < start) {
    throw new Error(`${readme} has no section ${START}`);
  }
  writeFileSync(readme, `${text.slice(0, start)}${START}\n${report}\n${text.slice(end)}`);
}
