import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { root } from "../library/command.ts";

/** The two ways to run: a system that cannot replace a process has no `execve`. */
const ways = [
  ["in its place", []],
  ["as its child", ["--import", "data:text/javascript,delete process.execve"]],
] as const;

function startWrapper(
  nodeParameters: readonly string[],
  parameters: readonly string[],
): { readonly child: ChildProcess; readonly directory: string } {
  const directory = mkdtempSync(join(tmpdir(), "stepwire-wrapper-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const script = join(root, "scripts/stepwire.ts");
  const child = spawn(process.execPath, [...nodeParameters, script, ...parameters], {
    cwd: root,
    env: { ...process.env, INIT_CWD: directory },
    stdio: ["pipe", "pipe", "pipe"],
  });
  return { child, directory };
}

describe.runIf(process.platform !== "win32").each(ways)(
  "the command, run from source %s",
  { timeout: 60_000 },
  (_name, nodeParameters) => {
    it.each(["SIGTERM", "SIGINT", "SIGHUP"] as const)(
      "issue 11.13: ends by the %s that its wrapper gets, and cleans up",
      async (signal) => {
        const { child, directory } = startWrapper(nodeParameters, ["pack", "-o", "out.pb"]);
        const closed = once(child, "close");
        child.stdin?.write("{}\n");
        while (readdirSync(directory).length === 0) {
          await setTimeout(20);
        }
        child.kill(signal);
        // The streams close when no process has them open any more.
        await closed;
        expect([child.exitCode, child.signalCode]).toEqual([null, signal]);
        expect(readdirSync(directory)).toEqual([]);
      },
    );

    it("has its exit code, and reads files from where the caller is", async () => {
      const { child } = startWrapper(nodeParameters, ["encode", "missing.json"]);
      const [stderr] = await Promise.all([child.stderr?.toArray(), once(child, "close")]);
      expect(Buffer.concat(stderr ?? []).toString()).toBe(
        "stepwire: missing.json: no such file or directory\n",
      );
      expect(child.exitCode).toBe(1);
    });
  },
);

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

it.runIf(process.platform !== "win32")(
  "issue 11.13: a script that is ended ends what it runs",
  { timeout: 60_000 },
  async () => {
    const command = join(root, "scripts/library/command.ts");
    const script = `
      import { run } from ${JSON.stringify(command)};
      await run(["node", "-e", "setInterval(() => {}, 1000)"]);`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
      stdio: ["ignore", "pipe", "inherit"],
      detached: true,
    });
    const pid = child.pid ?? 0;
    onTestFinished(() => {
      if (isThere(-pid)) {
        process.kill(-pid, "SIGKILL");
      }
    });
    await setTimeout(2000);
    child.kill("SIGTERM");
    await once(child, "close");
    expect(child.signalCode).toBe("SIGTERM");
    // A process group without processes cannot be signalled. The system needs a moment to notice.
    while (isThere(-pid)) {
      await setTimeout(50);
    }
  },
);
