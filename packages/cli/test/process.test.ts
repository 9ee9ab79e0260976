import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { createFolder } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { runStep, sample, samples } from "./support/documents.js";
import { ended, startStepwire } from "./support/process.js";

const posix = process.platform !== "win32";

describe("stepwire as a process", { timeout: 60_000 }, () => {
  it("goes by its exit code", async () => {
    const codes = await Promise.all(
      [
        ["encode", join(samples, "message.json")],
        ["encode", "nothing.json"],
        ["encode", "--what"],
      ].map(async (parameters) => (await ended(startStepwire(parameters))).exitCode),
    );
    expect(codes).toEqual([0, 1, 2]);
  });

  it("loads nothing but its command line for --help", async () => {
    const hook = `
      import { registerHooks } from "node:module";
      registerHooks({
        load(url, context, next) {
          if (url.startsWith("file:")) process.stderr.write(url + "\\n");
          return next(url, context);
        },
      });`;
    const nodeOptions = ["--import", `data:text/javascript,${encodeURIComponent(hook)}`];
    const child = startStepwire(["--help"], { nodeOptions });
    child.stdout.resume();
    const { exitCode, stderr } = await ended(child);
    expect(exitCode).toBe(0);
    expect(stderr).toContain("packages/cli/src/run.ts");
    const others = /\/packages\/(?!cli\/|testing\/|(?:transcode|parquet)\/scripts\/)|protobuf/;
    expect(stderr.split("\n").filter((url) => others.test(url))).toEqual([]);
  });

  it("converts from pipe to pipe", async () => {
    const encode = startStepwire(["encode"]);
    const decode = startStepwire(["decode", "--type", "run-step"]);
    encode.stdout.pipe(decode.stdin);
    encode.stdin.end(sample("foreign-tool.json"));
    const [text] = await Promise.all([decode.stdout.toArray(), ended(encode), ended(decode)]);
    expect(JSON.parse(Buffer.concat(text).toString())).toEqual(
      JSON.parse(sample("foreign-tool.json")),
    );
  });

  it("ends quietly when nobody reads on", async () => {
    const directory = createFolder({ "a.jsonl": `${runStep()}\n`.repeat(20_000) });
    const pack = startStepwire(["pack", "a.jsonl", "-o", "a.pb"], { directory });
    expect((await ended(pack)).exitCode).toBe(0);
    const unpack = startStepwire(["unpack", "a.pb"], { directory });
    const end = ended(unpack);
    await once(unpack.stdout, "data");
    unpack.stdout.destroy();
    expect(await end).toEqual({ exitCode: 0, signal: null, stderr: "" });
  });

  it.runIf(posix).each(["SIGINT", "SIGTERM", "SIGHUP"] as const)(
    "issue 11.13: leaves no file behind when %s ends it, and ends by that signal",
    async (signal) => {
      const directory = createFolder({ "out.pb": "older" });
      const child = startStepwire(["pack", "-o", "out.pb"], { directory });
      const end = ended(child);
      child.stdin.write(`${runStep()}\n`.repeat(1000));
      while (readdirSync(directory).length < 2) {
        await setTimeout(10);
      }
      child.kill(signal);
      expect(await end).toEqual({ exitCode: null, signal, stderr: "" });
      expect(readdirSync(directory)).toEqual(["out.pb"]);
      expect(readFileSync(join(directory, "out.pb"), "utf8")).toBe("older");
    },
  );

  it("packs and unpacks far more than its memory", async () => {
    const directory = createFolder();
    const block = `${runStep({ thread_id: "long ".repeat(4000) })}\n`.repeat(50);
    const blocks = Math.ceil((50 * 1024 * 1024) / block.length);
    const nodeOptions = ["--max-old-space-size=40"];
    const pack = startStepwire(["pack", "-o", "a.pb"], { directory, nodeOptions });
    const packed = ended(pack);
    for (let count = 0; count < blocks; count++) {
      if (!pack.stdin.write(block)) {
        await once(pack.stdin, "drain");
      }
    }
    pack.stdin.end();
    expect(await packed).toEqual({ exitCode: 0, signal: null, stderr: "" });
    const unpack = startStepwire(["unpack", "a.pb"], { directory, nodeOptions });
    const unpacked = ended(unpack);
    let bytes = 0;
    for await (const chunk of unpack.stdout) {
      bytes += chunk.length;
    }
    expect(await unpacked).toEqual({ exitCode: 0, signal: null, stderr: "" });
    expect(bytes).toBeGreaterThanOrEqual(50_000_000);
  });

  it("survives standard input that ends at once", async () => {
    const child = startStepwire(["encode"]);
    const end = ended(child);
    child.stdin.end();
    expect(await end).toMatchObject({ exitCode: 1 });
  });

  it("stops reading when it has seen enough", async () => {
    const child = startStepwire(["encode", "--max-bytes", "1K"]);
    const end = ended(child);
    child.stdin.write(Buffer.alloc(1024 * 1024, " "));
    expect(await end).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("too_large") });
  });
});
