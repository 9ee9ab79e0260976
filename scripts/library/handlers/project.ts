import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { shellEnvironment } from "../../test/clone/clone.ts";
import { TemporaryProject } from "../../test/support/temporary-project.ts";
import { root } from "../command.ts";
import { type Mount, runtimes } from "./mounts.ts";

/** A program that was started. */
export interface StartedProgram {
  readonly url: string;
  readonly pid: number;
  /** What it has written so far. */
  output(): string;
  /** Ends it and the processes that it has started. */
  stop(): Promise<void>;
}

/** How long a program may take to listen, in milliseconds. */
const START = 120_000;

/** A copy of `examples/handler` outside the repository, which installs our packages from tarballs. */
export class ExamplesProject extends TemporaryProject {
  /**
   * @param registry The address of a registry with our packages.
   */
  constructor(registry: string) {
    super();
    cpSync(join(root, "examples/handler"), this.folder, {
      recursive: true,
      filter: (path) => !/[/\\](?:node_modules|\.next|\.wrangler)$/u.test(path),
    });
    this.write(".npmrc", `@stepwire:registry=${registry}\nignore-scripts=true\n`);
  }

  /** Installs everything that the examples need. */
  async install(): Promise<void> {
    await this.run("npm install");
    await this.run(`npm install --no-save ${runtimes.join(" ")}`);
  }

  /**
   * Runs a line of shell.
   *
   * @throws {Error} with its output if it fails.
   */
  async run(line: string): Promise<void> {
    const { child, output } = this.#spawn(line, {});
    const [code]: (number | null)[] = await once(child, "close");
    if (code !== 0) {
      throw new Error(`${line}: exit code ${code}\n${output().slice(-8_000)}`);
    }
  }

  /**
   * Starts a program that is built, and waits until it answers.
   *
   * @throws {Error} with its output if it ends before, or does not answer.
   */
  async start(mount: Mount, variables: Readonly<Record<string, string>>): Promise<StartedProgram> {
    const port = await freePort();
    const line = mount.start({ port, variables });
    const { child, output } = this.#spawn(line, { ...variables, PORT: `${port}` });
    const { pid } = child;
    if (pid === undefined) {
      throw new Error(`${line} cannot be started`);
    }
    const closed = once(child, "close");
    const url = `http://127.0.0.1:${port}`;
    const program: StartedProgram = {
      url,
      pid,
      output,
      stop: async () => {
        if (child.exitCode === null && child.signalCode === null) {
          process.kill(-pid, "SIGTERM");
          await Promise.race([closed, delay(5_000, undefined, { ref: false })]);
        }
        endGroup(pid);
      },
    };
    const end = Date.now() + START;
    while (!(await answers(url))) {
      if (child.exitCode !== null || Date.now() > end) {
        await program.stop();
        throw new Error(`${line} does not answer:\n${output().slice(-8_000)}`);
      }
      await delay(100);
    }
    return program;
  }

  #spawn(
    line: string,
    variables: Readonly<Record<string, string>>,
  ): { child: ChildProcess; output: () => string } {
    const shell = shellEnvironment();
    delete shell["NODE_COMPILE_CACHE"];
    const child = spawn("sh", ["-c", line], {
      cwd: this.folder,
      // Starts a process group, which can be ended as a whole.
      detached: true,
      env: {
        ...shell,
        PATH: `${this.path("node_modules/.bin")}${delimiter}${shell["PATH"] ?? ""}`,
        CI: "true",
        NEXT_TELEMETRY_DISABLED: "1",
        WRANGLER_SEND_METRICS: "false",
        npm_config_audit: "false",
        npm_config_fund: "false",
        npm_config_prefer_offline: "true",
        npm_config_update_notifier: "false",
        ...variables,
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
    }
    return { child, output: () => output };
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    return (await response.text()) === "my own page";
  } catch {
    return false;
  }
}

/** Ends what is left of a process group. */
function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // None of its processes is left.
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  // A server on a port has an address of this type.
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
