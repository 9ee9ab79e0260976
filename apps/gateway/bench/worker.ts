import { type Role, startRole } from "./roles.js";

/* One process of the benchmark: it says where it listens, then how it is when asked. */
const [role, target = ""] = process.argv.slice(2);

/** Time on the processor that went into garbage collections for measuring the heap. */
let collecting = 0;

process.on("message", () => {
  const cpu = cpuTime();
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  process.send?.({ cpu: cpu - collecting, rss, heapUsed });
  collecting += cpuTime() - cpu;
});

function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
process.on("disconnect", () => process.exit(0));
// The benchmark names only roles.
process.send?.({ url: await startRole(role as Role, target) });
