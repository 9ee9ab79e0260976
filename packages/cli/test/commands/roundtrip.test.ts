import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createFolder } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { runStep, samples } from "../support/documents.js";
import { stepwire } from "../support/stepwire.js";

describe("stepwire roundtrip", () => {
  it("shows that every sample comes back", async () => {
    const { exitCode, stdout, stderr } = await stepwire(["roundtrip", samples]);
    const lines = stdout.toString().trimEnd().split("\n");
    expect(exitCode).toBe(0);
    expect(stderr).toBe("");
    expect(lines[0]).toMatch(/\/samples\/ +type +JSON +binary +ratio +residue +verbatim +equal$/);
    expect(lines.slice(1, -1).every((line) => line.endsWith("  yes"))).toBe(true);
    expect(lines.at(-1)).toMatch(new RegExp(`^${lines.length - 2} documents .* all$`));
  });

  it("measures JSON without white space, and the message without a wrapper", async () => {
    const directory = createFolder({
      "step.json": JSON.stringify(JSON.parse(runStep()), undefined, 8),
    });
    const { stdout } = await stepwire(["roundtrip", "--json", "step.json"], { directory });
    const encoded = await stepwire(["encode"], { stdin: runStep() });
    expect(JSON.parse(stdout.toString())).toEqual({
      documents: [
        {
          document: "step.json",
          type: "run-step",
          jsonBytes: runStep().length,
          binaryBytes: encoded.stdout.length,
          verbatimBytes: 0,
          residue: {},
          result: "equal",
        },
      ],
      total: {
        documents: 1,
        equal: 1,
        jsonBytes: runStep().length,
        binaryBytes: encoded.stdout.length,
        verbatimBytes: 0,
        residue: {},
      },
    });
  });

  it("says what stands in the residue", async () => {
    const step = runStep({ status: "paused", extra: 1, metadata: {}, expired_at: null });
    const directory = createFolder({ "step.json": step.replace('"usage":null,', "") });
    const { stdout } = await stepwire(["roundtrip", "step.json"], { directory });
    expect(stdout.toString()).toMatch(/2 members, 1 null, 1 absent, 1 empty {2}yes/);
  });

  it("keeps an object of another kind whole", async () => {
    const directory = createFolder({ "other.json": '{"object":"letter","n":1e400}' });
    const { exitCode, stdout } = await stepwire(["roundtrip", "other.json"], { directory });
    expect(exitCode).toBe(0);
    expect(stdout.toString()).toMatch(/other +29 .* all of it +yes/);
  });

  it("has a row for each line that is not blank", async () => {
    const directory = createFolder({ "a.jsonl": `${runStep()}\n\n{}\n`, "b.ndjson": "{}" });
    const { stdout } = await stepwire(["roundtrip", "--json", "a.jsonl", "b.ndjson"], {
      directory,
    });
    const { documents } = JSON.parse(stdout.toString());
    expect(documents).toMatchObject([
      { document: "a.jsonl:1", type: "run-step" },
      { document: "a.jsonl:3", type: "other" },
      { document: "b.ndjson:1", type: "other" },
    ]);
  });

  it("has a row with the reason for what is refused, and exits with 1", async () => {
    const directory = createFolder({
      "a.jsonl": `${runStep()}\n${runStep({ id: 7, status: 8 })}\n`,
    });
    const { exitCode, stdout, stderr } = await stepwire(["roundtrip", "a.jsonl"], { directory });
    const lines = stdout.toString().split("\n");
    expect(exitCode).toBe(1);
    expect(lines[2]).toMatch(/^a\.jsonl:2 +– .*refused$/);
    expect(lines[3]).toMatch(/^ {2}a\.jsonl:2:7: \/id: wrong_type/);
    expect(lines[4]).toMatch(/^ {2}a\.jsonl:2:\d+: \/status: wrong_type/);
    expect(lines[5]).toMatch(/^2 documents .* 1 of 2$/);
    expect(stderr).toBe("stepwire: 1 of 2 documents did not come back\n");
  });

  it("looks into folders, also below", async () => {
    const directory = createFolder({ "b.json": "{}", "a.txt": "no" });
    mkdirSync(join(directory, "deep/deeper"), { recursive: true });
    writeFileSync(join(directory, "deep/deeper/a.jsonl"), "{}\n{}\n");
    const { stdout } = await stepwire(["roundtrip", "--json", "."], { directory });
    const { documents } = JSON.parse(stdout.toString());
    expect(documents.map((each: { document: string }) => each.document)).toEqual([
      "b.json",
      "deep/deeper/a.jsonl:1",
      "deep/deeper/a.jsonl:2",
    ]);
  });

  it("says that a folder has nothing to read", async () => {
    const { exitCode, stderr } = await stepwire(["roundtrip", "."], { directory: createFolder() });
    expect(exitCode).toBe(1);
    expect(stderr).toContain("stepwire: .: has no .json");
  });

  it("reads one document from standard input", async () => {
    const { exitCode, stdout } = await stepwire(["roundtrip", "-"], { stdin: runStep() });
    expect(exitCode).toBe(0);
    expect(stdout.toString()).toContain("standard input");
  });

  it("needs a file", async () => {
    const { exitCode, stderr } = await stepwire(["roundtrip"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("missing required argument 'file'");
  });

  it("fits a terminal by cutting names at their start", async () => {
    const directory = createFolder({ [`${"long-".repeat(20)}name.json`]: runStep() });
    const { stdout } = await stepwire(["roundtrip", "."], {
      directory,
      columns: 80,
      environment: { NO_COLOR: "1" },
    });
    const lines = stdout.toString().trimEnd().split("\n");
    expect(lines.every((line) => line.length <= 80)).toBe(true);
    expect(lines[1]).toMatch(/^….*-name\.json {2}run-step/);
  });

  describe("with more than 50 documents", () => {
    const lines = [
      ...Array<string>(40).fill(runStep()),
      ...Array<string>(20).fill('{"object":"letter"}'),
      ...Array<string>(2).fill("[]"),
    ];
    const directory = () => createFolder({ "a.jsonl": lines.join("\n") });
    const rows = (stdout: Buffer) =>
      stdout
        .toString()
        .trimEnd()
        .split("\n")
        .map((line) => line.split(/ {2,}/));

    it("has a row for each type, and the first problems", async () => {
      const { exitCode, stdout } = await stepwire(["roundtrip", "a.jsonl"], {
        directory: directory(),
      });
      expect(exitCode).toBe(1);
      const size = (runStep().length * 40).toLocaleString("en");
      expect(rows(stdout)).toEqual([
        ["type", "documents", "JSON", "binary", "ratio", "verbatim", "equal"],
        ["run-step", "40", size, expect.any(String), expect.any(String), "0 %", "all"],
        ["other", "20", "380", expect.any(String), expect.any(String), "100 %", "all"],
        ["refused", "2", "–", "–", "–", "–", "0 of 2"],
        [
          "all",
          "62",
          expect.any(String),
          expect.any(String),
          expect.any(String),
          "23 %",
          "60 of 62",
        ],
        [expect.stringMatching(/^a\.jsonl:61:1: .*not_an_object/)],
        [expect.stringMatching(/^a\.jsonl:62:1: .*not_an_object/)],
      ]);
    });

    it("has a row for each document if it is told how many", async () => {
      const parameters = ["roundtrip", "a.jsonl", "--max-rows=100"];
      const { stdout } = await stepwire(parameters, { directory: directory() });
      expect(rows(stdout).filter(([name]) => name?.startsWith("a.jsonl:"))).toHaveLength(62);
    });

    it("counts the problems that it does not show", async () => {
      const { stdout } = await stepwire(["roundtrip", "a.jsonl"], {
        directory: createFolder({ "a.jsonl": "[]\n".repeat(60) }),
      });
      const shown = rows(stdout);
      expect(shown.filter(([name]) => name?.startsWith("a.jsonl:"))).toHaveLength(50);
      expect(shown.at(-1)).toEqual(["10 more documents not equal; --max-rows shows more"]);
    });
  });
});
