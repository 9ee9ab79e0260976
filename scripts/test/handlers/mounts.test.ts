import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { createClient } from "../../../apps/gateway/test/support/chain.ts";
import { collectAll, essence } from "../../../apps/gateway/test/support/compare.ts";
import { mounts, runtimes } from "../../library/handlers/mounts.ts";
import { ExamplesProject, type StartedProgram } from "../../library/handlers/project.ts";
import { typescript } from "../packages/support/types.ts";
import { HeldStream, Upstream } from "./upstream.ts";
import { uses } from "./uses.ts";

/*
 * The programs of examples/handler, unchanged, with our packages as they would be published: an
 * egress and an ingress in each framework and runtime. The unchanged openai package sees the same
 * through them as from the server itself.
 */

/** Long, because the machine may be busy. */
const timeout = 300_000;
/** How long a test waits for what should happen at once. */
const SOON = 20_000;

let project: ExamplesProject;
let upstream: Upstream;

beforeAll(async () => {
  upstream = await Upstream.start();
  project = new ExamplesProject(inject("registry"));
  await project.install();
}, timeout);

afterAll(() => {
  project?.remove();
  upstream?.close();
}, timeout);

beforeEach(() => {
  upstream.reset();
});

const chat = {
  model: "gpt-4o",
  messages: [{ role: "user" as const, content: "x" }],
  stream: true as const,
};

const typePackages = [
  "@types/node@24.19.2",
  "@types/express@5.0.6",
  "@types/bun@1.4.5",
  "@types/deno@2.7.0",
];

/** The types of a runtime, and the programs for it. */
const typed: readonly (readonly [types: string, programs: readonly string[]])[] = [
  ["node", ["hono.ts", "express.ts", "fastify.ts"]],
  ["bun", ["bun.ts"]],
  ["deno", ["deno.ts"]],
];

it("issue 19: the programs have no type error", { timeout }, async () => {
  const packages = [typescript, ...typePackages].join(" ");
  await project.run(`npm install --no-save ${[...runtimes, packages].join(" ")}`);
  for (const [types, files] of typed) {
    const compilerOptions = {
      module: "nodenext",
      target: "es2024",
      lib: ["es2024"],
      strict: true,
      noEmit: true,
      // Those of the frameworks are not ours.
      skipLibCheck: true,
      allowImportingTsExtensions: true,
      types: ["node", types],
    };
    project.write(`tsconfig.${types}.json`, JSON.stringify({ compilerOptions, files }));
    await project.run(`tsc -p tsconfig.${types}.json`);
  }
});

describe.each(mounts)("issue 19: mounted in $name", { timeout }, (mount) => {
  const started: StartedProgram[] = [];

  async function start(variables: Readonly<Record<string, string>>): Promise<StartedProgram> {
    const program = await project.start(mount, variables);
    started.push(program);
    return program;
  }

  let egress: StartedProgram;

  beforeAll(async () => {
    if (mount.build !== undefined) {
      await project.run(mount.build);
    }
    const ingress = await start({ UPSTREAM: `${upstream.url}/v1` });
    egress = await start({ INGRESS: ingress.url });
  }, timeout);

  afterAll(async () => {
    await Promise.all(started.map((program) => program.stop()));
  }, timeout);

  it.each(Object.entries(uses))("%s", async (_, use) => {
    const direct = await collectAll(use(createClient(upstream.url)));
    const requests = upstream.seen.map(essence);
    upstream.reset();
    const seen = await collectAll(use(createClient(egress.url)));
    expect(seen).toEqual(direct);
    expect(upstream.seen.map(essence)).toEqual(requests);
  });

  it("passes an event on before the next one comes", async () => {
    const held = new HeldStream();
    upstream.answer = (_, response) => held.answer(response);
    const stream = await createClient(egress.url).chat.completions.create(chat);
    const texts: unknown[] = [];
    for await (const { choices } of stream) {
      texts.push(choices[0]?.delta.content);
      held.end();
    }
    expect(texts).toEqual(["first", "second"]);
  });

  it("closes the upstream's stream when the client leaves", async () => {
    const held = new HeldStream();
    upstream.answer = (_, response) => held.answer(response);
    const stream = await createClient(egress.url).chat.completions.create(chat);
    for await (const _ of stream) {
      stream.controller.abort();
    }
    if (mount.noticesLate) {
      held.goOn();
    }
    await expect(settlesWithin(held.closed, SOON)).resolves.toBe(true);
  });
});

async function settlesWithin(promise: Promise<void>, milliseconds: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  const result = await Promise.race([promise.then(() => true), late]);
  clearTimeout(timer);
  return result;
}
