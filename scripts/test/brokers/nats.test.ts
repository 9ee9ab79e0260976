import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type NatsCluster,
  startNatsServer,
} from "../../../packages/testing/src/nats/nats-server.ts";
import { root } from "../../library/command.ts";
import type { Project } from "../packages/support/project.ts";
import { jsonOf, sseEvents } from "./events.ts";
import { type Ended, installExample, runExample, runProgram } from "./programs.ts";

/** Go compiles the server and the program. */
const timeout = 600_000;
const sample = "apps/gateway/samples/bakery.sse";
const events = sseEvents(readFileSync(join(root, sample), "utf8"));

describe("the example for NATS", { timeout }, () => {
  let nats: NatsCluster;
  let folder: string;
  let project: Project;
  let program: string;

  beforeAll(async () => {
    project = await installExample("nats");
    nats = await startNatsServer();
    folder = await mkdtemp(join(tmpdir(), "stepwire-nats-example-"));
    program = join(folder, "subscribe");
    const generated = await runProgram([process.execPath, "scripts/generate-language.ts", "go"]);
    expect(generated, generated.stderr).toMatchObject({ exitCode: 0 });
    const directory = join(root, "examples/nats");
    const built = await runProgram(["go", "build", "-o", program, "."], { directory });
    expect(built, built.stderr).toMatchObject({ exitCode: 0 });
  }, timeout);

  afterAll(async () => {
    await nats?.close();
    project?.remove();
    await rm(folder, { recursive: true, force: true });
  }, timeout);

  const publish = (stream: string, input = sample): Promise<Ended> =>
    runExample(project, ["publish.ts", nats.url, stream], { input });
  const subscribe = (subjects: string, name: string): Promise<Ended> =>
    runProgram([program, nats.url, subjects, name]);

  it("issue 19: a Go program gets each event of a stream, without loss", async () => {
    const published = await publish("run_1");
    expect(published.stderr).toBe("");
    expect(published.stdout).toBe(
      `${events.length} events published, 0 of them were there before\n`,
    );
    const { stdout, stderr } = await subscribe("openai.events.run_1.>", "everything");
    expect(stderr).toBe("");
    expect(jsonOf(stdout)).toEqual(events);
    expect(stdout).toMatch(/^openai\.events\.run_1\.run_created \{/);
  });

  it("issue 19: a stream that is published again adds no event", async () => {
    await publish("run_2");
    const { stdout } = await publish("run_2");
    const count = events.length;
    expect(stdout).toBe(`${count} events published, ${count} of them were there before\n`);
  });

  it("issue 19: a subscriber can take some types only", async () => {
    await publish("run_3");
    const subjects = ["message_delta", "done"].map((type) => `openai.events.run_3.${type}`);
    const { stdout } = await subscribe(subjects.join(), "texts");
    const wanted = events.filter(({ event }) => /^(thread\.message\.delta|done)$/.test(event));
    expect(jsonOf(stdout)).toEqual(wanted);
  });

  it("issue 19: a subscriber that was killed continues where it was", async () => {
    // Without the end, so that the subscriber cannot end by itself.
    const beginning = join(folder, "beginning.sse");
    const blocks = readFileSync(join(root, sample), "utf8").split("\n\n");
    await writeFile(beginning, `${blocks.slice(0, 30).join("\n\n")}\n\n`);
    await publish("run_4", beginning);
    const parameters = [nats.url, "openai.events.run_4.>", "killed"];
    const first = spawn(program, parameters);
    let printed = "";
    first.stdout.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
      first.kill("SIGKILL");
    });
    await once(first, "close");
    const before = printed.slice(0, printed.lastIndexOf("\n"));
    await publish("run_4");
    const { stdout } = await subscribe("openai.events.run_4.>", "killed");
    const after = jsonOf(stdout);
    expect(after.length).toBeGreaterThan(0);
    // What it had printed when it was killed may come once more, but nothing is missing.
    expect(after).toEqual(events.slice(-after.length));
    expect(jsonOf(before).length + after.length).toBeGreaterThanOrEqual(events.length);
  });

  it("issue 19: a name that is no subject is refused", async () => {
    for (const name of ["run.1", "run 1", ">", "*", ""]) {
      const { exitCode, stderr } = await publish(name);
      expect(exitCode).not.toBe(0);
      expect(stderr).toContain("the second parameter names the stream");
    }
  });
});
