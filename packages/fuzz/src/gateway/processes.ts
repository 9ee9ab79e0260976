import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { fromSource, projectRoot } from "@stepwire/testing";

const START_MILLISECONDS = 60_000;

/** A gateway as a process of its own. */
export interface GatewayProcess {
  readonly url: URL;
  /** Whether it is still running. */
  isAlive(): boolean;
  /** The end of what it logged, and how it ended. */
  log(): string;
  /** Forgets what was logged. */
  clearLog(): void;
  kill(): void;
}

/** Starts a gateway from its source; settles when it listens. */
export async function startGateway(parameters: readonly string[]): Promise<GatewayProcess> {
  const child: ChildProcess = spawn(
    process.execPath,
    [...fromSource, join(projectRoot, "apps/gateway/src/main.ts"), ...parameters, "--port=0"],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  let log = "";
  const url = await new Promise<string>((settle, reject) => {
    const timer = setTimeout(() => fail("it does not listen"), START_MILLISECONDS);
    const fail = (reason: string): void => {
      child.kill("SIGKILL");
      reject(new Error(`the gateway did not start: ${reason}\n${log}`));
    };
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        log += chunk.toString();
        const listening = /"url":"([^"]+)"/.exec(log)?.[1];
        if (listening !== undefined) {
          clearTimeout(timer);
          settle(listening);
        }
      });
    }
    child.once("exit", (code) => fail(`exit ${code}`));
  });
  return {
    url: new URL(url),
    isAlive: () => child.exitCode === null && child.signalCode === null,
    log: () => `${log}\nexit ${child.exitCode ?? child.signalCode ?? "none"}`,
    clearLog: () => {
      log = "";
    },
    kill: () => {
      child.kill("SIGKILL");
    },
  };
}
