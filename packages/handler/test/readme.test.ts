import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { createTransport, ServiceClient } from "@stepwire/connect";
import { Hono } from "hono";
import { describe, expect, it, onTestFinished } from "vitest";
import { createEgressHandler } from "../src/index.js";
import { type NodeListener, toNodeListener } from "../src/node.js";
import { json, openBakery, STREAMING } from "./support/service.js";

const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");

/** Returns the first example after some words. */
function exampleAfter(words: string): string {
  const [, after] = readme.split(words);
  return /^```js\n([\s\S]*?)^```/m.exec(after ?? "")?.[1] ?? expect.unreachable(`no ${words}`);
}

/**
 * Runs an example in which everything that it imports, and its surroundings, are variables.
 *
 * @returns what it exports as `GET`, or by default.
 */
function run(words: string, variables: Readonly<Record<string, unknown>>): unknown {
  const code = exampleAfter(words)
    .replaceAll(/^import .*$/gm, "")
    .replace(/^export default/m, "return")
    .replace(/^export \{.* as GET,.*\};$/m, "return { fetch };");
  return new Function(...Object.keys(variables), code)(...Object.values(variables));
}

type Fetch = (request: Request) => Response | Promise<Response>;

const document = new Request("http://bakery.example/v1/responses/r");
const menu = new Request("http://bakery.example/menu");

describe("the README mounts the handler", () => {
  it("in Hono", async () => {
    const app = new Hono();
    run("**Hono**", { app, egress: openBakery().egress });
    app.get("/menu", ({ text }) => text("the menu"));
    expect(await (await app.request(document)).json()).toMatchObject({ id: "r" });
    expect(await (await app.request(menu)).text()).toBe("the menu");
  });

  it.each<[string, (egress: unknown) => unknown]>([
    ["Next", (egress) => run("**Next**", { egress })],
    ["Cloudflare Workers", (egress) => run("**Cloudflare Workers**", { egress })],
    ["Bun", (egress) => served("**Bun**", "Bun", egress)],
    ["Deno", (egress) => ({ fetch: served("**Deno**", "Deno", egress) })],
  ])("in %s", async (_name, mount) => {
    // Each gives the runtime a function of this name.
    const { fetch } = mount(openBakery().egress) as { fetch: Fetch };
    expect(await (await fetch(document)).json()).toMatchObject({ id: "r" });
  });

  it("in Express", async () => {
    const used: NodeListener[] = [];
    const app = { use: (middleware: NodeListener) => used.push(middleware) };
    run("**Express**", { app, egress: openBakery().egress, toNodeListener });
    await expectMiddleware((...call) => used[0]?.(...call));
  });

  it("in Fastify", async () => {
    const hooks: ((...call: unknown[]) => void)[] = [];
    const app = { addHook: (_name: string, hook: () => void) => hooks.push(hook) };
    run("**Fastify**", { app, egress: openBakery().egress, toNodeListener });
    await expectMiddleware((request, response, next) =>
      hooks[0]?.({ raw: request }, { raw: response }, next),
    );
  });
});

it("the README observes the handler", async () => {
  const lines: unknown[][] = [];
  const console = { log: (...line: unknown[]) => lines.push(line), warn: expect.unreachable };
  const code = exampleAfter("## Observe it");
  const observer = new Function("console", `${code}; return observer;`)(console);
  const { stream } = openBakery({ observer });
  await (await stream()).text();
  const name = "create_response_stream";
  expect(lines).toEqual([["egress", "POST", "/v1/responses", name, "200", expect.any(Number)]]);
});

it("the README calls an ingress over HTTP/2", () => {
  const variables = { createEgressHandler, createTransport, ServiceClient };
  expect(() => run("over HTTP/2 than by", variables)).not.toThrow();
});

/** Returns what an example gives to the function `serve` of a runtime. */
function served(words: string, runtime: string, egress: unknown): unknown {
  let given: unknown;
  const serve = (value: unknown): void => {
    given = value;
  };
  run(words, { [runtime]: { serve }, egress });
  return given;
}

async function expectMiddleware(
  middleware: (request: IncomingMessage, response: ServerResponse, next: () => void) => void,
): Promise<void> {
  const server = createServer((request, response) =>
    middleware(request, response, () => response.end("the menu")),
  );
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  // A server on a port has an address of this kind.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const stream = await fetch(`${url}/v1/responses`, json(STREAMING));
  expect((await stream.text()).match(/^id: /gm)).toHaveLength(3);
  expect(await (await fetch(`${url}/menu`)).text()).toBe("the menu");
}
