import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePorts } from "../suite/free-ports.js";

/** The version of the server. Change it here only. */
// renovate: datasource=go depName=github.com/nats-io/nats-server/v2
const VERSION = "v2.15.3";

const MODULE = "github.com/nats-io/nats-server/v2";

const root = join(import.meta.dirname, "../../../..");
const folder = join(root, "node_modules/.cache/nats-server", VERSION);

/** Maximum time to build the server, in milliseconds. */
const BUILD_TIMEOUT = 600_000;

/**
 * Returns the path of the server. Builds it with `go install` if it is not installed.
 *
 * @throws if Go is missing, or cannot download the server.
 */
export async function installNatsServer(): Promise<string> {
  const path = join(folder, "nats-server");
  if (!existsSync(path)) {
    await mkdir(folder, { recursive: true });
    await promisify(execFile)("go", ["install", `${MODULE}@${VERSION}`], {
      env: { ...process.env, GOBIN: folder, CGO_ENABLED: "0" },
      timeout: BUILD_TIMEOUT,
    });
  }
  return path;
}

/** A running node of a server with JetStream. */
export interface NatsNode {
  /** The address for clients, such as `nats://127.0.0.1:4222`. */
  readonly url: string;
  /** Kills the node, as a power failure would. */
  kill(): Promise<void>;
  /** Stops the node without ending it, or lets it continue. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
  /** Starts a killed node again, with its data. */
  restart(): Promise<void>;
}

/** Running nodes of one cluster. */
export interface NatsCluster {
  readonly nodes: readonly NatsNode[];
  /** The addresses of all nodes, separated by commas. */
  readonly url: string;
  /** Kills all nodes and removes their data. */
  close(): Promise<void>;
}

/** Options of the server. */
export interface NatsOptions {
  /** The number of nodes: 1, or 3 for a cluster. @defaultValue 1 */
  readonly nodes?: number;
  /** The port of the first node; the others have the next ones. By default, any free ports. */
  readonly port?: number;
  /** Further parameters of each node, such as those for TLS. */
  readonly parameters?: readonly string[];
}

/** Starts a server on the loopback interface. Its data is in a temporary folder. */
export async function startNatsServer({
  nodes: count = 1,
  port,
  parameters = [],
}: NatsOptions = {}): Promise<NatsCluster> {
  const program = await installNatsServer();
  const data = await mkdtemp(join(tmpdir(), "stepwire-nats-"));
  const ports =
    port === undefined
      ? await freePorts(2 * count)
      : Array.from({ length: 2 * count }, (_, index) => port + index);
  const routes = ports.slice(count).map((each) => `nats://127.0.0.1:${each}`);
  const nodes = Array.from({ length: count }, (_, index) => {
    const common = ["-a", "127.0.0.1", "-p", String(ports[index]), "-js"];
    const own = ["-n", `node-${index}`, "-sd", join(data, String(index))];
    const cluster = ["--cluster_name", "stepwire", "--cluster", routes[index] ?? ""];
    return new Node(program, `nats://127.0.0.1:${ports[index]}`, [
      ...common,
      ...own,
      ...parameters,
      ...(count > 1 ? [...cluster, "--routes", routes.join(",")] : []),
    ]);
  });
  const close = async (): Promise<void> => {
    await Promise.all(nodes.map((node) => node.kill()));
    await rm(data, { recursive: true, force: true });
  };
  try {
    await Promise.all(nodes.map((node) => node.restart()));
  } catch (error) {
    await close();
    throw error;
  }
  return { nodes, url: nodes.map(({ url }) => url).join(","), close };
}

class Node implements NatsNode {
  readonly url: string;
  readonly #program: string;
  readonly #parameters: readonly string[];
  #process: ChildProcess | undefined;

  constructor(program: string, url: string, parameters: readonly string[]) {
    this.url = url;
    this.#program = program;
    this.#parameters = parameters;
  }

  async restart(): Promise<void> {
    const child = spawn(this.#program, this.#parameters, { stdio: ["ignore", "ignore", "pipe"] });
    this.#process = child;
    let log = "";
    await new Promise<void>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", () => reject(new Error(`nats-server did not start: ${log}`)));
      child.stderr.on("data", (chunk: Buffer) => {
        // The log is needed only until the server is ready; it must still be read.
        if (!log.includes(READY)) {
          log += chunk.toString();
          if (log.includes(READY)) {
            resolve();
          }
        }
      });
    });
  }

  signal(signal: "SIGSTOP" | "SIGCONT"): void {
    this.#process?.kill(signal);
  }

  async kill(): Promise<void> {
    const child = this.#process;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) {
      const closed = once(child, "close");
      child.kill("SIGKILL");
      await closed;
    }
  }
}

const READY = "Server is ready";
