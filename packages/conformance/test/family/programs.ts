import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { projectRoot } from "@stepwire/testing";
import { expect, onTestFinished } from "vitest";

const fromSource = [
  "--conditions=@stepwire/source",
  "--import",
  pathToFileURL(join(projectRoot, "scripts/source-resolver.ts")).href,
];

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

/** Starts a role of the gateway for the time of a test; settles with its URL. */
export async function startGateway(parameters: readonly string[]): Promise<string> {
  const main = join(projectRoot, "apps/gateway/src/main.ts");
  const child = spawn(process.execPath, [...fromSource, main, ...parameters], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  const ended = once(child, "close");
  for (;;) {
    const url = /"url":"([^"]+)"/.exec(output)?.[1];
    if (url !== undefined) {
      return url;
    }
    await Promise.race([once(child.stdout, "data"), ended]);
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new Error(`the gateway did not start: ${output}`);
    }
  }
}

/** Listens on a free port of the loopback; settles with the URL. */
export async function listen(server: Server): Promise<string> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server on a port has an address of this kind.
  const { port } = server.address() as AddressInfo;
  return `http://127.0.0.1:${port}`;
}
