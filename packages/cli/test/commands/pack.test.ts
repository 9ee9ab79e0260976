import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fromBinary } from "@bufbuild/protobuf";
import { sizeDelimitedDecodeStream } from "@bufbuild/protobuf/wire";
import { type Document, DocumentSchema } from "@stepwire/core";
import { createFolder } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { runStep, sample } from "../support/documents.js";
import { stepwire } from "../support/stepwire.js";

async function readAll(archive: Uint8Array): Promise<Document[]> {
  const documents: Document[] = [];
  for await (const document of sizeDelimitedDecodeStream(
    DocumentSchema,
    Readable.from([archive]),
  )) {
    documents.push(document);
  }
  return documents;
}

const foreign = '{"hello":1}';

describe("stepwire pack", () => {
  it("writes what Protobuf's own library reads as size-delimited messages", async () => {
    const stdin = `${runStep({ id: "a" })}\n${foreign}\n${sample("deltas.jsonl")}`;
    const { exitCode, stdout } = await stepwire(["pack", "--to=delimited"], { stdin });
    expect(exitCode).toBe(0);
    expect((await readAll(stdout)).map(({ document }) => document.case)).toEqual([
      "runStep",
      "other",
      ...Array(4).fill("runStepDelta"),
    ]);
  });

  it("reads several files in their order", async () => {
    const directory = createFolder({ "1.jsonl": '{"n":1}\n', "3.jsonl": '{"n":3}\n' });
    const { stdout } = await stepwire(["pack", "--to=delimited", "1.jsonl", "-", "3.jsonl"], {
      directory,
      stdin: '{"n":2}\n',
    });
    const documents = await readAll(stdout);
    expect(documents.map(({ document }) => document.value)).toEqual([
      '{"n":1}',
      '{"n":2}',
      '{"n":3}',
    ]);
  });

  it.each([
    ["no line feed at the end", `${foreign}\n${foreign}`],
    ["CR LF", `${foreign}\r\n${foreign}\r\n`],
    ["blank lines", `\n${foreign}\n  \n\t\n${foreign}\n\n`],
    ["blank lines with CR LF", `\r\n${foreign}\r\n\r\n${foreign}\r\n`],
  ])("understands %s", async (_, stdin) => {
    const { exitCode, stdout } = await stepwire(["pack", "--to=delimited"], { stdin });
    expect(exitCode).toBe(0);
    expect((await readAll(stdout)).map(({ document }) => document.value)).toEqual([
      foreign,
      foreign,
    ]);
  });

  it("says what to do with a file that is one document on several lines", async () => {
    const directory = createFolder({
      "step.json": JSON.stringify(JSON.parse(runStep({ id: "a" })), null, 2),
      "one-line.json": runStep({ id: "a" }),
      "step.jsonl": "{\n",
    });
    const { exitCode, stderr } = await stepwire(["pack", "--to=delimited", "step.json"], {
      directory,
    });
    expect(exitCode).toBe(1);
    expect(stderr.trim().split("\n")).toEqual([
      "stepwire: step.json: is one document on several lines; pack reads one on each line",
      "stepwire: try: stepwire encode step.json -o step.binpb",
      "stepwire: try: tr -d '\\r\\n' < step.json | stepwire pack -o step.archive",
    ]);
    const lines = await stepwire(["pack", "--to=delimited", "step.jsonl"], { directory });
    expect(lines.stderr).not.toContain("encode");
    const { stdout } = await stepwire(["pack", "--to=delimited", "one-line.json"], { directory });
    expect((await readAll(stdout)).map(({ document }) => document.case)).toEqual(["runStep"]);
  });

  it("makes an empty archive of nothing", async () => {
    const directory = createFolder({ "empty.jsonl": "" });
    const { exitCode } = await stepwire(["pack", "--to=delimited", "empty.jsonl", "-o", "out.pb"], {
      directory,
    });
    expect(exitCode).toBe(0);
    expect(readFileSync(join(directory, "out.pb"))).toHaveLength(0);
  });

  it("refuses no JSON object by default, and what the mode refuses with --mode", async () => {
    const stdin = `${runStep({ status: 7 })}\n`;
    expect((await stepwire(["pack", "--to=delimited"], { stdin })).exitCode).toBe(0);
    const preserve = await stepwire(["pack", "--to=delimited", "--mode", "preserve"], { stdin });
    expect(preserve.exitCode).toBe(1);
    expect(preserve.stderr).toMatch(/^stepwire: standard input:1:\d+: \/status: wrong_type/);
  });

  it("stops at a bad line with its file and number, and leaves no file", async () => {
    const directory = createFolder({ "a.jsonl": "{}\n", "b.jsonl": "{}\n\n[]\n{}\n" });
    const { exitCode, stderr } = await stepwire(
      ["pack", "--to=delimited", "a.jsonl", "b.jsonl", "-o", "out.pb"],
      {
        directory,
      },
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^stepwire: b\.jsonl:3:1: the document: not_an_object/);
    expect(readdirSync(directory)).toEqual(["a.jsonl", "b.jsonl"]);
  });

  it("leaves an older file as it is when it stops", async () => {
    const directory = createFolder({ "a.jsonl": "{}\n[]\n", "out.pb": "older" });
    await stepwire(["pack", "--to=delimited", "a.jsonl", "-o", "out.pb"], { directory });
    expect(readFileSync(join(directory, "out.pb"), "utf8")).toBe("older");
    expect(readdirSync(directory)).toEqual(["a.jsonl", "out.pb"]);
  });

  it("goes on with --on-error skip, tells each line, counts them and exits with 1", async () => {
    const directory = createFolder({ "a.jsonl": `${foreign}\nnot\n${foreign}\n[]\n${foreign}` });
    const { exitCode, stderr } = await stepwire(
      ["pack", "--to=delimited", "a.jsonl", "-o", "out.pb", "--on-error", "skip"],
      { directory },
    );
    expect(exitCode).toBe(1);
    const lines = stderr.trimEnd().split("\n");
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^stepwire: a\.jsonl:2:1: .*not_json/);
    expect(lines[1]).toMatch(/^stepwire: a\.jsonl:4:1: .*not_an_object/);
    expect(lines[2]).toBe("stepwire: 2 lines skipped, 3 documents packed");
    expect(await readAll(readFileSync(join(directory, "out.pb")))).toHaveLength(3);
  });

  it("keeps nothing of a line beyond --max-bytes, and goes on behind it", async () => {
    const long = `{"long":"${"x".repeat(5000)}"}`;
    const stdin = `${foreign}\n${long}\n${foreign}\n`;
    const stop = await stepwire(["pack", "--to=delimited", "--max-bytes", "1K"], { stdin });
    expect(stop.exitCode).toBe(1);
    expect(stop.stderr).toMatch(/^stepwire: standard input:2: too_large: more than 1\.0 KiB/);
    const skip = await stepwire(
      ["pack", "--to=delimited", "--max-bytes", "1K", "--on-error", "skip"],
      { stdin },
    );
    expect(await readAll(skip.stdout)).toHaveLength(2);
  });

  it("finds a missing file before it does anything", async () => {
    const directory = createFolder({ "a.jsonl": "{}\n" });
    const { exitCode, stdout, stderr } = await stepwire(
      ["pack", "--to=delimited", "a.jsonl", "b.jsonl"],
      {
        directory,
      },
    );
    expect(exitCode).toBe(1);
    expect(stdout).toHaveLength(0);
    expect(stderr).toBe("stepwire: b.jsonl: no such file or directory; did you mean a.jsonl?\n");
  });

  it("does not write binary to a terminal", async () => {
    const { exitCode, stdout, stderr } = await stepwire(["pack", "--to=delimited"], {
      stdin: "{}",
      columns: 80,
    });
    expect(exitCode).toBe(2);
    expect(stdout).toHaveLength(0);
    expect(stderr).toContain("-o FILE");
  });

  it("writes binary to a terminal with -o -", async () => {
    const { exitCode, stdout } = await stepwire(["pack", "--to=delimited", "-o", "-"], {
      stdin: "{}",
      columns: 80,
    });
    expect(exitCode).toBe(0);
    expect(fromBinary(DocumentSchema, stdout.subarray(1)).document.value).toBe("{}");
  });

  it("tells people how it went, and scripts nothing", async () => {
    const stdin = `${foreign}\n`;
    expect((await stepwire(["pack", "--to=delimited"], { stdin })).stderr).toBe("");
    const { stderr } = await stepwire(["pack", "--to=delimited"], {
      stdin,
      stderrIsTerminal: true,
    });
    expect(stderr).toMatch(/^1 document: 11 bytes of JSON in \d+ bytes, \d+ %\n$/);
  });

  it("cleans up when it is ended", async () => {
    const directory = createFolder();
    const controller = new AbortController();
    function* lines(): Generator<Uint8Array> {
      for (let count = 0; ; count++) {
        if (count === 100) {
          expect(readdirSync(directory)).toHaveLength(1);
          controller.abort(new Error("enough"));
        }
        yield Buffer.from("{}\n");
      }
    }
    await expect(
      stepwire(["pack", "--to=delimited", "-o", "out.pb"], {
        directory,
        stdin: lines(),
        signal: controller.signal,
      }),
    ).rejects.toThrow("enough");
    expect(readdirSync(directory)).toEqual([]);
  });

  it("writes into a folder that is not there: an error, at once", async () => {
    const directory = createFolder();
    writeFileSync(join(directory, "a.jsonl"), "{}\n");
    const { exitCode, stderr } = await stepwire(
      ["pack", "--to=delimited", "a.jsonl", "-o", "no/out.pb"],
      {
        directory,
      },
    );
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      "stepwire: no/out.pb: the folder no does not exist\nstepwire: try: mkdir -p no && stepwire pack --to=delimited a.jsonl -o no/out.pb\n",
    );
    expect(existsSync(join(directory, "no"))).toBe(false);
  });
});
