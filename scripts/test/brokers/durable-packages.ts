import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../../library/command.ts";

/** The packages of Durable Streams, with their versions. The server has native code. */
const PACKAGES = ["@durable-streams/client@0.2.7", "@durable-streams/server@0.3.7"];

const folder = join(
  root,
  "node_modules/.cache/stepwire/durable-streams",
  PACKAGES.join("+").replaceAll(/[^\w.+-]/g, "_"),
);

/** The part of the client that is used here. */
export interface DurableClient {
  stream(options: {
    readonly url: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly offset?: string;
    readonly live?: boolean | "long-poll" | "sse";
  }): Promise<DurableStream>;
}

interface DurableStream {
  jsonStream(): ReadableStream<unknown>;
  readonly offset: string;
}

/** The part of the server that is used here. */
export interface DurableServer {
  readonly DurableStreamTestServer: new (options: {
    readonly port: number;
    readonly longPollTimeout: number;
  }) => { start(): Promise<string>; stop(): Promise<void> };
}

/** Returns the client and the reference server. Installs them if they are missing. */
export async function loadDurableStreams(): Promise<DurableClient & DurableServer> {
  if (!existsSync(join(folder, "node_modules/@durable-streams/server"))) {
    mkdirSync(folder, { recursive: true });
    const options = ["--no-audit", "--no-fund", "--no-save", "--loglevel=error"];
    execFileSync("npm", ["install", "--prefix", folder, ...options, ...PACKAGES], {
      stdio: ["ignore", 2, 2],
    });
  }
  const require = createRequire(join(folder, "package.json"));
  const load = (name: string): Promise<unknown> =>
    import(/* @vite-ignore */ pathToFileURL(require.resolve(name)).href);
  // The packages are not installed where their types would be found.
  const client = (await load("@durable-streams/client")) as DurableClient;
  const server = (await load("@durable-streams/server")) as DurableServer;
  return { ...client, ...server };
}
