import { type Role, startRole } from "./roles.js";

/* One process of the benchmark: it says where it listens, then how it is when asked. */
const [role, target = ""] = process.argv.slice(2);

process.on("message", () => {
  globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: user + system, rss, heapUsed });
});
process.on("disconnect", () => process.exit(0));
// The benchmark names only roles.
process.send?.({ url: await startRole(role as Role, target) });
