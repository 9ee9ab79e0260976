import { readdirSync, readFileSync } from "node:fs";

/** Linux counts time on the processor in these units, whatever the kernel's own clock. */
const TICKS_PER_SECOND = 100;

/* Fields of /proc/<pid>/stat after the name, which is in brackets: see proc(5). */
const PARENT = 1;
const USER = 11;
const SYSTEM = 12;

/**
 * Returns the time that processes and their children have been on the processor so far, in
 * microseconds. Children that have ended are not counted.
 *
 * @throws {Error} on other systems than Linux.
 */
export function cpuTime(pids: readonly number[]): number {
  if (process.platform !== "linux") {
    throw new Error("the time of other processes is read from /proc, which only Linux has");
  }
  const stats = readStats();
  const counted = new Set(pids);
  let ticks = 0;
  // Children may come before their parents, if the numbers have started again.
  for (let size = 0; size !== counted.size; ) {
    size = counted.size;
    for (const [pid, fields] of stats) {
      if (counted.has(Number(fields[PARENT]))) {
        counted.add(pid);
      }
    }
  }
  for (const [pid, fields] of stats) {
    if (counted.has(pid)) {
      ticks += Number(fields[USER]) + Number(fields[SYSTEM]);
    }
  }
  return (ticks * 1e6) / TICKS_PER_SECOND;
}

/** Returns the fields after the name of all processes. */
function readStats(): ReadonlyMap<number, readonly string[]> {
  const stats = new Map<number, readonly string[]>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/u.test(name)) {
      continue;
    }
    try {
      const text = readFileSync(`/proc/${name}/stat`, "utf8");
      stats.set(Number(name), text.slice(text.lastIndexOf(")") + 2).split(" "));
    } catch {
      // The process has ended.
    }
  }
  return stats;
}
