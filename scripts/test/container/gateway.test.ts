import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../../library/command.ts";
import { provideBaseImage } from "./base-image.ts";
import { installPodman, Podman } from "./podman.ts";

const IMAGE = "localhost/stepwire-gateway";
const DOCKERFILE = "apps/gateway/Dockerfile";

/** Largest size of what the image adds to its base, in bytes. */
const MAX_SIZE = 90 * 2 ** 20;

/** What a careful user runs a container with. Without a network of its own, it is on this machine's. */
const restrictions = [
  ...["--network", "host", "--read-only", "--read-only-tmpfs=false", "--cap-drop", "all"],
  ...["--security-opt", "no-new-privileges", "--pids-limit", "100", "--memory", "256m"],
  // Hard limits of the caller may be lower than the defaults.
  ...["--ulimit", "nofile=4096:4096", "--ulimit", "nproc=1000:1000"],
];

const timeout = 1_800_000;

describe("the image of the gateway", { timeout: 120_000 }, () => {
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

  it("runs as a user without rights, and cannot write", async () => {
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
    const isReady = async (): Promise<boolean> =>
      await fetch(`http://127.0.0.1:${port}/healthz`).then(
        ({ ok }) => ok,
        () => false,
      );
    await expect.poll(isReady, { timeout: 30_000 }).toBe(true);
    expect(await isHealthy(id)).toBe(false);
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" ? (address?.port ?? 0) : 0;
}
