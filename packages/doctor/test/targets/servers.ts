import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { createServerTarget, type Target } from "../../src/index.js";

/** How to start a proxy. */
export interface ProxyProcess {
  readonly command: string;
  readonly parameters: readonly string[];
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly directory?: string;
  /** Where it listens. */
  readonly port: number;
}

const START_MILLISECONDS = 120_000;

/**
 * Starts proxies between the doctor and its upstream.
 *
 * @param start gets the base URL of the upstream, and the port at which the proxy must listen. Its
 * processes are started one after the other; the last one listens there.
 */
export async function openProxy(
  start: (upstream: string, port: number) => Promise<readonly ProxyProcess[]>,
  headers: (upstream: string) => Readonly<Record<string, string>> = () => ({}),
): Promise<Target> {
  const port = await freePort();
  const url = new URL(`http://127.0.0.1:${port}/v1`);
  const bounds = { timeout: 20_000, maxBytes: 64 * 1024 * 1024, patience: 3000 };
  // The headers depend on the address of the upstream, which is only known when it listens.
  const shared: Record<string, string> = {};
  const target = await createServerTarget({ url, headers: shared, bounds });
  Object.assign(shared, headers(target.upstream));
  const children: ChildProcess[] = [];
  const close = async (): Promise<void> => {
    for (const child of children.toReversed()) {
      child.kill();
      if (child.exitCode === null && child.signalCode === null) {
        await once(child, "exit");
      }
    }
    await target.close();
  };
  try {
    for (const process of await start(target.upstream, port)) {
      children.push(startProcess(process));
      await waitFor(process.port);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    skips: (probe) => target.skips(probe),
    send: (probe, signal) => target.send(probe, signal),
    close,
  };
}

function startProcess({ command, parameters, environment, directory }: ProxyProcess): ChildProcess {
  const child = spawn(command, parameters, {
    env: { ...process.env, ...environment },
    cwd: directory,
    stdio: ["ignore", "ignore", "ignore"],
  });
  child.on("error", () => {});
  return child;
}

/** Returns a port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Settles when a server listens on a port. */
export async function waitFor(port: number): Promise<void> {
  const end = Date.now() + START_MILLISECONDS;
  while (!(await isOpen(port))) {
    if (Date.now() > end) {
      throw new Error(`no server listens on port ${port}`);
    }
    await sleep(200);
  }
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
