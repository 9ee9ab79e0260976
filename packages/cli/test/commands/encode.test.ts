import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fromBinary } from "@bufbuild/protobuf";
import { RunStepListSchema, RunStepSchema } from "@stepwire/core";
import { createFolder } from "@stepwire/testing";
import { createTranscoder } from "@stepwire/transcode";
import { describe, expect, it } from "vitest";
import { runStep, sample, samples } from "../support/documents.js";
import { stepwire } from "../support/stepwire.js";

describe("stepwire encode", () => {
  it("writes a message that Protobuf's own library reads", async () => {
    const { exitCode, stdout } = await stepwire(["encode", join(samples, "message.json")]);
    expect(exitCode).toBe(0);
    expect(fromBinary(RunStepSchema, stdout).id).toBe("step_sample_message");
  });

  it.each([[[]], [["-"]]])("reads standard input for %j", async (parameters) => {
    const { stdout } = await stepwire(["encode", ...parameters], { stdin: sample("list.json") });
    expect(fromBinary(RunStepListSchema, stdout).data).toHaveLength(2);
  });

  it.each([
    ["message.json", "run-step"],
    ["list.json", "run-step-list"],
    ["event.json", "event"],
  ])("sees by itself that %s is a %s", async (name, type) => {
    const stdin = sample(name);
    const detected = await stepwire(["encode"], { stdin });
    const named = await stepwire(["encode", "--type", type], { stdin });
    expect(detected.stdout).toEqual(named.stdout);
    expect(detected.stdout.length).toBeGreaterThan(0);
  });

  it("writes a message that is larger than its JSON", async () => {
    const stdin = '{"a":1}';
    const parameters = ["encode", "--type=run-step", "--mode=archive"];
    const { stdout } = await stepwire(parameters, { stdin });
    const transcoder = createTranscoder(RunStepSchema, { mode: "archive" });
    expect(stdout.equals(transcoder.toBinary(Buffer.from(stdin)))).toBe(true);
    expect(stdout.length).toBeGreaterThan(stdin.length);
  });

  it("sees by itself that a document is a delta", async () => {
    const [stdin = ""] = sample("deltas.jsonl").split("\n");
    const detected = await stepwire(["encode"], { stdin });
    const named = await stepwire(["encode", "--type", "run-step-delta"], { stdin });
    expect(detected.stdout).toEqual(named.stdout);
  });

  it.each(["strict", "preserve"])(
    "asks for the type of an object of another kind in mode %s",
    async (mode) => {
      const { exitCode, stderr } = await stepwire(["encode", "--mode", mode], {
        stdin: '{"object":"letter"}',
      });
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/^stepwire: standard input: .*--type/);
    },
  );

  it.each(['{"object":"letter","n":1.50}', '{"a":1}', "{}", '{"object":7}'])(
    "keeps the object %s of no known type in mode archive, as pack does",
    async (stdin) => {
      const encoded = await stepwire(["encode", "--mode", "archive"], {
        stdin,
        stderrIsTerminal: true,
      });
      expect(encoded.stderr).toBe(
        "standard input: of no known type, kept as it is; decode it with --type document\n",
      );
      const packed = await stepwire(["pack", "--to=delimited"], { stdin });
      expect(encoded.stdout).toEqual(packed.stdout.subarray(1));
      const decoded = await stepwire(["decode", "--type", "document"], { stdin: encoded.stdout });
      expect(decoded.stdout.toString()).toBe(`${stdin}\n`);
    },
  );

  it("names every place that is wrong, with line and column", async () => {
    const step = runStep({ status: 7, id: undefined, usage: { prompt_tokens: "1" } });
    const directory = createFolder({ "step.json": step.replace('"status"', '\n"status"') });
    const { exitCode, stderr } = await stepwire(["encode", "step.json"], { directory });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("stepwire: step.json:2:10: /status: wrong_type");
    expect(stderr).toContain("/usage/prompt_tokens: wrong_type");
    expect(stderr).toContain("/id: missing_member");
    expect(stderr).toContain("stepwire.v1.RunStep.status");
  });

  it("counts columns in characters", async () => {
    const stdin = runStep({ id: "schön 🍞", status: 7 });
    const column = [...stdin.slice(0, stdin.indexOf("7,"))].length + 1;
    const { stderr } = await stepwire(["encode"], { stdin });
    expect(stderr).toContain(`standard input:1:${column}: /status`);
  });

  it("shows some of very many mistakes and counts the rest", async () => {
    const stdin = JSON.stringify({ object: "list", data: Array(50).fill(1), has_more: false });
    const { stderr } = await stepwire(["encode", "--type", "run-step"], { stdin });
    const all = await stepwire(["encode"], {
      stdin: JSON.stringify({
        object: "list",
        data: Array(50).fill({ object: "thread.run.step" }),
        has_more: false,
      }),
    });
    expect(stderr).not.toContain("more");
    expect(all.stderr.trimEnd().split("\n")).toHaveLength(23);
    expect(all.stderr).toMatch(/and \d+ more\n.*archive mode keeps.*\n.*try: .*\n$/);
  });

  it("lets a document do nothing to the terminal", async () => {
    const stdin = runStep().replace("}", ',"\\u001b]0;title\\u0007\u009b2J":1}');
    const { stderr } = await stepwire(["encode", "--mode", "strict"], { stdin });
    expect(stderr).toMatch(/unknown_member/);
    expect(stderr).not.toMatch(/(?!\n)\p{Cc}/u);
  });

  it("refuses in strict what preserve keeps", async () => {
    const stdin = runStep({ extra: 1 });
    expect((await stepwire(["encode"], { stdin })).exitCode).toBe(0);
    const strict = await stepwire(["encode", "--mode", "strict"], { stdin });
    expect(strict.exitCode).toBe(1);
    expect(strict.stderr).toContain("/extra: unknown_member");
  });

  it("keeps in archive what preserve refuses", async () => {
    const stdin = runStep({ status: 7 });
    expect((await stepwire(["encode"], { stdin })).exitCode).toBe(1);
    expect((await stepwire(["encode", "--mode", "archive"], { stdin })).exitCode).toBe(0);
  });

  it("stops reading at --max-bytes", async () => {
    let read = 0;
    function* endless(): Generator<Uint8Array> {
      for (;;) {
        read++;
        yield Buffer.alloc(1024, " ");
      }
    }
    const { exitCode, stderr } = await stepwire(["encode", "--max-bytes", "64K"], {
      stdin: endless(),
    });
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      "stepwire: standard input: too_large: more than 64.0 KiB; --max-bytes raises the limit\n",
    );
    expect(read).toBeLessThan(200);
  });

  it("takes deeper documents with --max-depth", async () => {
    const deep = `${'{"a":'.repeat(150)}1${"}".repeat(150)}`;
    const stdin = runStep({ extra: 0 }).replace('"extra":0', `"extra":${deep}`);
    expect((await stepwire(["encode"], { stdin })).stderr).toContain("too_deep");
    expect((await stepwire(["encode", "--max-depth", "200"], { stdin })).exitCode).toBe(0);
  });

  it("replaces the file that it reads", async () => {
    const directory = createFolder({ "step.json": runStep() });
    const { stdout } = await stepwire(["encode", "step.json"], { directory });
    await stepwire(["encode", "step.json", "-o", "step.json"], { directory });
    expect(readFileSync(join(directory, "step.json"))).toEqual(stdout);
  });

  it("says what is the matter with a file", async () => {
    const directory = createFolder();
    writeFileSync(join(directory, "file"), "");
    const missing = await stepwire(["encode", "nothing.json"], { directory });
    const folder = await stepwire(["encode", "."], { directory });
    const below = await stepwire(["encode", "file/below"], { directory });
    expect(missing.stderr).toBe("stepwire: nothing.json: no such file or directory\n");
    expect(folder.stderr).toBe(
      "stepwire: .: is a directory; name a file in it\nstepwire: try: stepwire encode file\n",
    );
    expect(below.stderr).toBe("stepwire: file/below: a part of the path is not a directory\n");
    expect([missing, folder, below].map(({ exitCode }) => exitCode)).toEqual([1, 1, 1]);
  });
});
