import { spawnSync } from "node:child_process";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fromSource, projectRoot } from "@stepwire/testing";
import { expect } from "vitest";

/** Runs the command in a folder; its standard output. */
export function runCommand(directory: string, parameters: readonly string[]): Buffer {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [...fromSource, join(projectRoot, "packages/cli/src/main.ts"), ...parameters],
    { cwd: directory, maxBuffer: 64 * 1024 * 1024 },
  );
  expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

/** Listens on a free port of the loopback; settles with the URL. */
export async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}
