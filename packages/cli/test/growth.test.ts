import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createFolder } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { runStep, sample } from "./support/documents.js";
import { nodeParameters } from "./support/process.js";
import { stepwire } from "./support/stepwire.js";

/** Makes a process write the most memory that it had, in kilobytes, into a file. */
const measuring =
  "data:text/javascript,import { writeFileSync } from 'node:fs';" +
  "process.on('exit', () => writeFileSync('memory', String(process.resourceUsage().maxRSS)))";

interface Measured {
  readonly exitCode: number | null;
  readonly stderr: string;
  readonly megabytes: number;
}

/** Runs the command on a file. */
function measure(parameters: readonly string[], input: string | Uint8Array): Measured {
  return measureIn(createFolder({ in: input }), [...parameters, "in"]);
}

function measureIn(directory: string, parameters: readonly string[]): Measured {
  const { status, stderr } = spawnSync(
    process.execPath,
    // A small space for new objects: by default, V8 lets up to 100 MB gather there if it is busy.
    ["--max-semi-space-size=4", "--import", measuring, ...nodeParameters, ...parameters],
    { cwd: directory, stdio: ["ignore", "ignore", "pipe"], encoding: "utf8" },
  );
  const kilobytes = Number(readFileSync(join(directory, "memory"), "utf8"));
  return { exitCode: status, stderr, megabytes: kilobytes / 1024 };
}

describe("the memory of a command", { timeout: 120_000 }, () => {
  it("issue 11.32: does not grow with the number of bad lines", () => {
    const parameters = ["pack", "--on-error=skip"];
    const few = measure(parameters, "[]\n".repeat(10_000));
    const many = measure(parameters, "[]\n".repeat(100_000));
    expect(many.exitCode).toBe(1);
    expect(many.stderr).toContain("99,000 more refused lines; --max-reports shows more");
    expect(many.stderr).toContain("100,000 lines skipped, 0 documents packed");
    // When each bad line was kept, it was 150 MB more.
    expect(many.megabytes - few.megabytes).toBeLessThan(75);
  });

  it("issue 11.32: is a small multiple of a large bad document", () => {
    const members = Array.from({ length: 30 }, (_, index) => `"m${index}":1,"m${index}":2`);
    const json = `{"x":"${"y".repeat(30_000_000)}",${members.join(",")}}`;
    const { exitCode, stderr, megabytes } = measure(["encode", "--type=run-step"], json);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^stepwire: in:1:30000016: \/m0: duplicate_member/m);
    // It was a gigabyte.
    expect(megabytes).toBeLessThan(450);
  });
});

describe("--max-reports", () => {
  const lines = `{}\n[]\n${runStep()}\n7\n[]\n{}\n[]\n`;
  const options = ["--on-error=skip", "--max-reports=2"];

  it.each([1, 2])("shows the first bad lines and counts them all, %i jobs", async (jobs) => {
    const parameters = ["pack", ...options, "--to=delimited", `--jobs=${jobs}`];
    const { exitCode, stdout, stderr } = await stepwire(parameters, { stdin: lines });
    expect(exitCode).toBe(1);
    expect(stderr.split("\n")).toEqual([
      expect.stringMatching(/^stepwire: standard input:2:1: .*not_an_object/),
      expect.stringMatching(/^stepwire: standard input:4:1: .*not_an_object/),
      "stepwire: 2 more refused lines; --max-reports shows more",
      "stepwire: 4 lines skipped, 3 documents packed",
      "",
    ]);
    const good = (await stepwire(["pack", "--to=delimited"], { stdin: `{}\n${runStep()}\n{}\n` }))
      .stdout;
    expect(stdout.equals(good)).toBe(true);
  });

  it("is over all files of a command", async () => {
    const directory = createFolder({ a: "[]\n", b: "[]\n[]\n", c: "[]\n" });
    const { stderr } = await stepwire(["pack", ...options, "a", "b", "c"], { directory });
    const places = stderr.split("\n").map((line) => /^stepwire: (\w:\d|\d)/.exec(line)?.[1]);
    expect(places).toEqual(["a:1", "b:1", "2", "4", undefined]);
  });

  it("shows the first bad documents of an archive", async () => {
    const bad = Buffer.from("030a2012", "hex");
    const good = (await stepwire(["pack", "--to=delimited"], { stdin: "{}\n" })).stdout;
    const stdin = Buffer.concat([bad, good, bad, bad, good]);
    const { exitCode, stdout, stderr } = await stepwire(["unpack", ...options], { stdin });
    expect(exitCode).toBe(1);
    expect(stdout.toString()).toBe("{}\n{}\n");
    expect(stderr.split("\n")).toEqual([
      expect.stringMatching(/^stepwire: standard input: document 1 at offset 1: malformed_binary/),
      expect.stringMatching(
        /^stepwire: standard input: document 3 at offset \d+: malformed_binary/,
      ),
      "stepwire: 1 more refused document; --max-reports shows more",
      "stepwire: 3 documents skipped, 2 documents written",
      "",
    ]);
  });

  it("is a number", async () => {
    const { exitCode, stderr } = await stepwire(["pack", "--max-reports=many"], { stdin: "" });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("Expected a number from 0 to 2,147,483,647.");
  });

  it("may be 0", async () => {
    const parameters = ["pack", "--on-error=skip", "--max-reports=0"];
    const { stderr } = await stepwire(parameters, { stdin: "[]\n{}\n" });
    expect(stderr).toBe(
      "stepwire: 1 more refused line; --max-reports shows more\nstepwire: 1 line skipped, 1 document packed\n",
    );
  });

  it("does not hide why pack stops", async () => {
    const { stderr } = await stepwire(["pack", "--max-reports=0"], { stdin: "{}\n[]\n" });
    expect(stderr).toMatch(/^stepwire: standard input:2:1: .*not_an_object[^\n]*\n$/);
  });
});

describe("a round trip of many documents", { timeout: 120_000 }, () => {
  it("issue 11.32: has the first rows of the table, and all documents in its total", async () => {
    const directory = createFolder({ "a.jsonl": "{}\n[]\n{}\n{}\n[]\n[]\n{}\n" });
    const parameters = ["roundtrip", "a.jsonl", "--max-rows=2"];
    const { exitCode, stdout, stderr } = await stepwire(parameters, { directory });
    const lines = stdout.toString().trimEnd().split("\n");
    expect(
      lines.map((line) => /^(?:a\.jsonl:\d| {2}a\.jsonl:\d|\d more|\d doc)/.exec(line)?.[0]),
    ).toEqual([
      undefined,
      "a.jsonl:1",
      "a.jsonl:2",
      "  a.jsonl:2",
      "a.jsonl:3",
      "a.jsonl:5",
      "  a.jsonl:5",
      "3 more",
      "7 doc",
    ]);
    expect(lines.at(-2)).toBe("3 more documents, 1 of them not equal; --max-rows shows more");
    expect(lines.at(-1)).toMatch(/ 4 of 7$/);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: "stepwire: 3 of 7 documents did not come back\n",
    });
  });

  it.each(["{}\n[]\n", "\n"])(
    "writes JSON as one call of JSON.stringify would: %j",
    async (text) => {
      const directory = createFolder({ "a.jsonl": text });
      const { stdout } = await stepwire(["roundtrip", "--json", "a.jsonl"], { directory });
      const result: unknown = JSON.parse(stdout.toString());
      expect(stdout.toString()).toBe(`${JSON.stringify(result, undefined, 2)}\n`);
    },
  );

  it("issue 11.32: takes memory that does not grow with their number", () => {
    const directory = createFolder({
      "few.jsonl": "{}\n".repeat(10_000),
      "many.jsonl": "{}\n".repeat(100_000),
    });
    for (const format of [[], ["--json"]]) {
      const few = measureIn(directory, ["roundtrip", ...format, "few.jsonl"]);
      const many = measureIn(directory, ["roundtrip", ...format, "many.jsonl"]);
      expect([few.exitCode, many.exitCode]).toEqual([0, 0]);
      // When every result was kept, it was 180 MB more.
      expect(many.megabytes - few.megabytes).toBeLessThan(75);
    }
  });
});

describe("a round trip of a large file", { timeout: 120_000 }, () => {
  it("takes memory that does not grow with the file", () => {
    const lines = Array.from({ length: 5_500 }, (_, index) => {
      const order = index % 20 === 0 ? { metadata: {}, extra: index } : {};
      return `${runStep({ id: `step_${index}`, ...order })}\n`;
    }).join("");
    const text = lines.repeat(Math.ceil(6_000_000 / lines.length));
    const directory = createFolder({
      "some.jsonl": text.repeat(10),
      "many.jsonl": text.repeat(40),
    });
    const some = measureIn(directory, ["roundtrip", "some.jsonl"]);
    const many = measureIn(directory, ["roundtrip", "many.jsonl"]);
    expect([some.exitCode, many.exitCode]).toEqual([0, 0]);
    // The larger file has 180 MB more. V8 lets 64 MB of used buffers gather before it collects them, so
    // that smaller files say nothing.
    expect(many.megabytes - some.megabytes).toBeLessThan(110);
  });
});

describe("a long transcript", { timeout: 120_000 }, () => {
  it("takes memory that does not grow with the number of events", () => {
    const stream = sample("stream.sse");
    const directory = createFolder({
      "few.sse": stream.repeat(60),
      "many.sse": stream.repeat(1500),
    });
    for (const parameters of [
      ["pack", "-o", "NAME.pb", "NAME.sse"],
      ["unpack", "-o", "NAME.out.sse", "NAME.pb"],
      ["roundtrip", "NAME.sse"],
    ]) {
      const [few, many] = ["few", "many"].map((name) =>
        measureIn(
          directory,
          parameters.map((each) => each.replace("NAME", name)),
        ),
      );
      expect([few?.exitCode, many?.exitCode]).toEqual([0, 0]);
      // The larger transcript has 24 MB.
      expect((many?.megabytes ?? 0) - (few?.megabytes ?? 0)).toBeLessThan(75);
    }
    expect(
      readFileSync(join(directory, "many.out.sse")).equals(Buffer.from(stream.repeat(1500))),
    ).toBe(true);
  });
});
