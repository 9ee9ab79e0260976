import { type Load, runLoad } from "./load.js";
import { type BenchProcess, startProcess } from "./processes.js";

/** The heap of a role after each round, in bytes, when garbage was collected. */
export interface MemoryRow {
  readonly role: string;
  readonly heaps: readonly number[];
}

/** Round after round of streams: what is left of each in memory? */
export async function measureMemory(
  upstream: BenchProcess,
  load: Load,
  rounds: number,
): Promise<MemoryRow[]> {
  const ingress = await startProcess("ingress", upstream.url);
  const egress = await startProcess("egress-stream-h2", ingress.url);
  const heaps: number[][] = [[], []];
  for (let round = 0; round < rounds; round++) {
    await runLoad(egress.url, load);
    heaps[0]?.push((await ingress.usage()).heapUsed);
    heaps[1]?.push((await egress.usage()).heapUsed);
  }
  egress.end();
  ingress.end();
  return [
    { role: "ingress", heaps: heaps[0] ?? [] },
    { role: "egress", heaps: heaps[1] ?? [] },
  ];
}
