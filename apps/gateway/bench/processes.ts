import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Role } from "./roles.js";

/** How a process is. */
export interface Usage {
  /** Time on the processor so far, in microseconds. */
  readonly cpu: number;
  readonly rss: number;
  readonly heapUsed: number;
}

/** A process of the benchmark. */
export interface BenchProcess {
  readonly role: Role;
  readonly pid?: number | undefined;
  readonly url: string;
  usage(): Promise<Usage>;
  end(): void;
}

/** Starts a role as a process of its own. */
export async function startProcess(
  role: Role,
  target = "",
  environment: Readonly<Record<string, string>> = {},
): Promise<BenchProcess> {
  const profile = process.env["BENCH_PROFILE"];
  const child: ChildProcess = fork(join(import.meta.dirname, "worker.ts"), [role, target], {
    execArgv: [
      ...process.execArgv,
      "--expose-gc",
      ...(profile === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${profile}/${role}`]),
    ],
    env: { ...process.env, ...environment },
  });
  const ask = async (): Promise<unknown> => ((await once(child, "message")) as unknown[])[0];
  // What worker.ts sends first, and on each question.
  const { url } = (await ask()) as { url: string };
  return {
    role,
    pid: child.pid,
    url,
    usage: async () => {
      child.send("usage");
      return (await ask()) as Usage;
    },
    end: () => {
      child.disconnect();
    },
  };
}
