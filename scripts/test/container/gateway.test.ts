import { readFileSync } from "node:fs";
import { createServer as createHttpServer, type Server } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { root } from "../../library/command.ts";
import { provideBaseImage } from "./base-image.ts";
import { provideNatsImage } from "./nats-image.ts";
import { installPodman, isRoot, Podman, ULIMITS } from "./podman.ts";

const IMAGE = "localhost/stepwire-gateway";
const DOCKERFILE = "apps/gateway/Dockerfile";

/** Largest size of what the image adds to its base, in bytes. */
const MAX_SIZE = 70 * 2 ** 20;

/** What a careful user runs a container with. Without a network of its own, it is on this machine's. */
const restrictions = [
  ...["--network", "host", "--read-only", "--read-only-tmpfs=false", "--cap-drop", "all"],
  ...["--security-opt", "no-new-privileges"],
  // Other users may not be allowed to limit resources.
  ...(isRoot ? ["--pids-limit", "100", "--memory", "256m"] : []),
  ...ULIMITS.flatMap((limit) => ["--ulimit", limit]),
];

const timeout = 1_800_000;

let podman: Podman;

beforeAll(async () => {
  installPodman();
  podman = new Podman();
  const dockerfile = readFileSync(join(root, DOCKERFILE), "utf8");
  const names = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, name = ""]) => name);
  for (const name of new Set(names)) {
    console.log(await provideBaseImage(podman, name));
  }
  await podman.run(
    ...["build", "--network", "host", "--isolation", "chroot", "--pull=never"],
    // Otherwise the format has no health check.
    ...["--format", "docker", "--file", join(root, DOCKERFILE), "--tag", IMAGE, root],
  );
}, timeout);

afterAll(async () => {
  await podman?.close();
}, timeout);

describe("the image of the gateway", { timeout: 120_000 }, () => {
  /** Returns the value of an expression in the image. */
  async function evaluate(expression: string): Promise<unknown> {
    const command = ["--entrypoint", "node", IMAGE, "-p", `JSON.stringify(${expression})`];
    return JSON.parse(
      await podman.run("run", "--rm", "--no-healthcheck", ...restrictions, ...command),
    );
  }

  /** Starts a role. Returns its container and its URL. */
  async function start(
    parameters: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<{ readonly id: string; readonly url: string }> {
    const port = await freePort();
    const variables = { STEPWIRE_GATEWAY_PORT: String(port), ...environment };
    const id = await podman.run(
      ...["run", "--detach", ...restrictions],
      ...Object.entries(variables).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      ...[IMAGE, ...parameters],
    );
    return { id, url: `http://127.0.0.1:${port}` };
  }

  /** Runs the health check of a container. */
  async function isHealthy(id: string): Promise<boolean> {
    return (await podman.exitCode("healthcheck", "run", id)) === 0;
  }

  it("prints its help by default", async () => {
    const help = await podman.run("run", "--rm", "--no-healthcheck", ...restrictions, IMAGE);
    expect(help).toContain("stepwire-gateway ingress --upstream");
  });

  it("runs as a user without capabilities, and cannot write", async () => {
    expect(await evaluate("[process.getuid(), process.getgid()]")).toEqual([1000, 1000]);
    const status = await evaluate("require('fs').readFileSync('/proc/self/status', 'utf8')");
    expect(status).toMatch(/^CapEff:\s0+$/m);
    expect(status).toMatch(/^NoNewPrivs:\s1$/m);
    const write =
      "(() => { try { require('fs').writeFileSync('/app/x', '') } catch ({ code }) { return code } })()";
    expect(await evaluate(write)).toMatch(/^E(?:ROFS|ACCES)$/);
  });

  it("has what the gateway needs, and nothing else", async () => {
    const list = ["--entrypoint", "find", IMAGE, "/app", "-type", "f", "-printf", "%s %p\\n"];
    const listed = await podman.run("run", "--rm", "--no-healthcheck", ...restrictions, ...list);
    const files = listed.split("\n").map((line) => {
      const [, size, path = ""] = /^(\d+) (.*)$/.exec(line) ?? [];
      return { path, size: Number(size) };
    });
    const paths = files.map(({ path }) => path);
    expect(paths).toContain("/app/dist/main.js");
    expect(paths).toContain("/app/LICENSE");
    const installed = new Set(
      paths.flatMap(
        (path) => /\/node_modules\/((?:@[^/]+\/)?[^/.][^/]*)\/package\.json$/.exec(path)?.[1] ?? [],
      ),
    );
    expect([...installed]).toContain("@stepwire/handler");
    const tools = ["typescript", "vitest", "turbo", "rolldown", "assemblyscript", "openai"];
    expect(tools.filter((tool) => installed.has(tool))).toEqual([]);
    const unwanted =
      /^\/app\/(?!node_modules\/)(?:.*\/)?(?:test|bench|demo|\.git|\.env)[/.]|\.npmrc$/;
    expect(paths.filter((path) => unwanted.test(path))).toEqual([]);
    const managers = ["npm", "npx", "corepack", "yarn"].map((name) => `/usr/local/bin/${name}`);
    expect(await evaluate(`${JSON.stringify(managers)}.filter(fs.existsSync)`)).toEqual([]);
    const total = files.reduce((sum, { size }) => sum + size, 0);
    console.log(`/app has ${files.length} files, ${Math.round(total / 2 ** 20)} MiB`);
    expect(total).toBeLessThan(MAX_SIZE);
  });

  it("both roles answer, are healthy, and end when they are told to", async () => {
    const ingress = await start(["ingress"]);
    await expect.poll(() => isHealthy(ingress.id), { timeout: 30_000 }).toBe(true);
    const egress = await start(["egress"], { STEPWIRE_GATEWAY_BACKEND: ingress.url });
    await expect.poll(() => isHealthy(egress.id), { timeout: 30_000 }).toBe(true);
    const answer = await fetch(`${egress.url}/v1/threads/thread_sample_3/runs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"assistant_id":"asst_1","stream":true}',
    });
    const text = await answer.text();
    expect(answer.status).toBe(200);
    expect(text).toMatch(/^event: thread\.run\.created$/m);
    expect(text).toMatch(/^event: thread\.run\.completed$/m);
    for (const { id } of [egress, ingress]) {
      expect(await isHealthy(id)).toBe(true);
      await podman.run("stop", "--time", "10", id);
      // Not 137: it has ended by itself.
      expect(await podman.run("inspect", "--format", "{{.State.ExitCode}}", id)).toBe("0");
      expect(await podman.run("logs", id)).toContain('"msg":"ended"');
    }
  });

  it("is unhealthy when nothing listens on its port", async () => {
    const port = await freePort();
    const { id } = await start(["ingress", "--port", String(port)]);
    await expect.poll(() => isReady(`http://127.0.0.1:${port}`), { timeout: 30_000 }).toBe(true);
    expect(await isHealthy(id)).toBe(false);
  });
});

describe("compose.yaml", { timeout: 300_000 }, () => {
  const path = join(root, "apps/gateway/compose.yaml");

  it("runs an egress, an ingress and a store, which find each other", async () => {
    const stream = readFileSync(join(root, "apps/gateway/samples/bakery.sse"), "utf8");
    const asked: string[] = [];
    const upstream = createHttpServer((request, response) => {
      asked.push(`${request.method} ${request.url}`);
      response.writeHead(200, { "content-type": "text/event-stream" }).end(stream);
    });
    // Containers reach this machine by its own address only.
    await new Promise<void>((resolve) => upstream.listen(0, "0.0.0.0", resolve));
    const port = String(await freePort());
    const variables = {
      UPSTREAM: `http://host.containers.internal:${portOf(upstream)}/v1`,
      PORT: port,
    };
    const { services } = parse(readFileSync(path, "utf8")) as Compose;
    await provideNatsImage(podman, services["nats"]?.image ?? "");
    try {
      await podman.compose(path, variables, "up", "--detach", "--no-build");
      const url = `http://127.0.0.1:${port}`;
      await expect.poll(() => isReady(url), { timeout: 60_000 }).toBe(true);
      const ask = async (): Promise<string> => {
        const answer = await fetch(`${url}/v1/threads/thread_1/runs`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: '{"assistant_id":"asst_1","stream":true}',
        });
        return await answer.text();
      };
      await expect.poll(ask, { timeout: 60_000 }).toMatch(/^event: thread\.run\.completed$/m);
      expect(new Set(asked)).toEqual(new Set(["POST /v1/threads/thread_1/runs"]));
      const containers = await podman.run(
        ...["ps", "--filter", "label=io.podman.compose.project", "--format", "{{.Names}}"],
      );
      expect(containers.split("\n")).toHaveLength(Object.keys(services).length);
      for (const name of containers.split("\n")) {
        const isReadOnly = await podman.run(
          ...["inspect", "--format", "{{.HostConfig.ReadonlyRootfs}}", name],
        );
        expect(isReadOnly, name).toBe("true");
      }
    } finally {
      await podman.compose(path, variables, "down");
      upstream.closeAllConnections();
      upstream.close();
    }
  });
});

/** The part of a Compose file that is used here. */
interface Compose {
  readonly services: Readonly<Record<string, { readonly image: string }>>;
}

/** Returns whether a gateway says that it is ready. */
async function isReady(url: string): Promise<boolean> {
  return await fetch(`${url}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  );
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}

async function freePort(): Promise<number> {
  const server = createHttpServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
