import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DocumentSchema } from "@stepwire/core";
import {
  chatDocuments,
  corpusDocuments,
  corpusThreadDocuments,
  describeWithCorpus,
  projectRoot,
  responsesDocuments,
} from "@stepwire/testing";
import { createTranscoder } from "@stepwire/transcode";
import { describe, expect, it } from "vitest";
import { ColumnKernel, planColumns } from "../src/index.js";
import { expectedRow } from "./support/expected.js";
import { documentsOf, type Row, rowsOf } from "./support/rows.js";

const transcoder = createTranscoder(DocumentSchema, { mode: "archive" });
const kernel = new ColumnKernel(planColumns(DocumentSchema));

function rowOf(json: Uint8Array): Row {
  const binary = transcoder.toBinary(json);
  const { output } = transcoder.packLines(Buffer.from(`${compact(json)}\n`));
  const converted = kernel.convert(output);
  expect(converted).toEqual({ rows: 1, consumed: output.length, malformedAt: undefined });
  expect(documentsOf(kernel, 1)).toEqual([binary]);
  const [row = expect.unreachable()] = rowsOf(kernel, 1);
  return row;
}

/** Removes line feeds between tokens. */
function compact(json: Uint8Array): string {
  return Buffer.from(json)
    .toString()
    .replaceAll(/[\r\n]/g, " ");
}

interface Named {
  readonly name: string;
  readonly bytes: Uint8Array;
}

function expectColumns({ bytes }: Named): void {
  const document: unknown = JSON.parse(Buffer.from(bytes).toString());
  const expected = expectedRow(document);
  const row = rowOf(bytes);
  if (expected !== undefined) {
    expect(row).toEqual(expected);
  } else {
    expect(Object.keys(row)).toContain("kind");
  }
}

const samples = globSync("{*,*/*}.{json,jsonl}", { cwd: join(projectRoot, "samples") }).flatMap(
  (path): Named[] => {
    const text = readFileSync(join(projectRoot, "samples", path), "utf8");
    return path.endsWith(".jsonl")
      ? text
          .trimEnd()
          .split("\n")
          .map((line, index) => ({ name: `${path}:${index + 1}`, bytes: Buffer.from(line) }))
      : [{ name: path, bytes: Buffer.from(text) }];
  },
);

describe("the columns of a document are those of its JSON", () => {
  it.each(samples)("$name", expectColumns);
});

describeWithCorpus("the columns of recorded documents are those of their JSON", () => {
  it.each(corpusDocuments())("$name", expectColumns);
  it.each(corpusThreadDocuments())("$name", expectColumns);
  it.each(chatDocuments())("$name", expectColumns);
  it.each(responsesDocuments())("$name", expectColumns);
});

describe("what a field cannot hold comes from the residue", () => {
  const step = JSON.parse(readFileSync(join(projectRoot, "samples/all-tools.json"), "utf8"));
  const changed = (change: object): Row =>
    rowOf(Buffer.from(JSON.stringify({ ...step, ...change })));

  it("a string that an enum does not have, with escapes", () => {
    expect(changed({ status: 'pau\u00e4\u{1f600}"\\\n\u0001' })["status"]).toBe(
      'pau\u00e4\u{1f600}"\\\n\u0001',
    );
    const text = JSON.stringify(step).replace('"completed"', String.raw`"\u0070\ud83d\ude00\t\/"`);
    expect(rowOf(Buffer.from(text))["status"]).toBe("p\u{1f600}\t/");
  });

  it("a time with a fraction, or in milliseconds", () => {
    expect(changed({ created_at: 1_756_771_210.25 })["created_at"]).toBe(1_756_771_210_250_000n);
    expect(changed({ created_at: 1_756_771_210_250 })["created_at"]).toBe(1_756_771_210_250_000n);
    expect(changed({ completed_at: -1.5 })["completed_at"]).toBe(-1_500_000n);
    const milliseconds = changed({ created_at: 1_700_000_000_123.5 });
    expect(milliseconds["created_at"]).toBe(1_700_000_000_123_500n);
    expect(changed({ completed_at: -100_000_000_000.25 })["completed_at"]).toBe(
      -100_000_000_000_250n,
    );
  });

  it("null for what the column cannot hold either", () => {
    const row = changed({
      status: 5,
      created_at: "yesterday",
      thread_id: ["a"],
      completed_at: 1e300,
      usage: { prompt_tokens: 1.5, completion_tokens: null, total_tokens: "3" },
    });
    const names = ["status", "created_at", "thread_id", "completed_at"];
    const tokens = ["input_tokens", "output_tokens", "total_tokens"];
    expect([...names, ...tokens].filter((name) => name in row)).toEqual([]);
  });

  it("null for a number that is not an integer, however small the difference is", () => {
    const text = JSON.stringify({ ...step, usage: { prompt_tokens: 1, total_tokens: 2 } })
      .replace('"prompt_tokens":1', '"prompt_tokens":5.0000001')
      .replace('"total_tokens":2', '"total_tokens":5.0000000');
    const row = rowOf(Buffer.from(text));
    expect([row["input_tokens"], row["total_tokens"]]).toEqual([undefined, 5n]);
  });

  it("a lone surrogate is null", () => {
    const text = JSON.stringify(step).replace('"completed"', String.raw`"\ud83d"`);
    expect("status" in rowOf(Buffer.from(text))).toBe(false);
  });

  it("an absent member is null, and 0 is not", () => {
    const { thread_id: _, ...others } = step;
    const usage = { prompt_tokens: 0, total_tokens: 4 };
    const row = rowOf(Buffer.from(JSON.stringify({ ...others, usage })));
    expect("thread_id" in row).toBe(false);
    expect("output_tokens" in row).toBe(false);
    expect([row["input_tokens"], row["total_tokens"]]).toEqual([0n, 4n]);
  });
});
