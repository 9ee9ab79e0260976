import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DocumentSchema } from "@stepwire/core";
import { ColumnKernel, encodeRows, ParquetWriter, planColumns } from "@stepwire/parquet";
import { createTranscoder } from "@stepwire/transcode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Database, openDuckDB } from "../../src/archives/duckdb.js";
import { threadDocuments } from "../../src/corpus/archive.js";
import { readQuestions } from "../../src/corpus/questions.js";
import { createRandom } from "../../src/corpus/random.js";

/* Not a part of `pnpm test`, because it installs DuckDB: `pnpm test:duckdb`. */

const THREADS = 1_000;
const THREADS_IN_PAGE = 100;

const random = createRandom(18);
const threads = Array.from({ length: THREADS }, () => threadDocuments(random));
const threadId = String(threads[17]?.[0]?.["id"]);
const questions = readQuestions();
const folder = mkdtempSync(join(tmpdir(), "stepwire-duckdb-"));
let database: Database;

beforeAll(async () => {
  const lines = threads.map((documents) =>
    documents.map((document) => `${JSON.stringify(document)}\n`).join(""),
  );
  writeFileSync(join(folder, "archive.jsonl"), lines.join(""));
  writeFileSync(join(folder, "archive.parquet"), parquetOf(lines));
  database = await openDuckDB();
}, 120_000);

afterAll(() => {
  database.close();
  rmSync(folder, { recursive: true });
});

/** Several pages and row groups, so that engines have to prune and to join them. */
function parquetOf(lines: readonly string[]): Buffer {
  const transcoder = createTranscoder(DocumentSchema, { mode: "archive" });
  const kernel = new ColumnKernel(planColumns(DocumentSchema));
  const { typeName: type } = DocumentSchema;
  const groupBytes = 1024 * 1024;
  const writer = new ParquetWriter({ type, columns: kernel.columns, version: "1", groupBytes });
  const parts = [writer.start()];
  for (let start = 0; start < lines.length; start += THREADS_IN_PAGE) {
    const page = lines.slice(start, start + THREADS_IN_PAGE).join("");
    const { output } = transcoder.packLines(Buffer.from(page));
    parts.push(...writer.add(encodeRows(kernel, kernel.convert(output).rows)));
  }
  return Buffer.concat([...parts, ...writer.finish()]);
}

function ask(sql: string): Promise<readonly unknown[]> {
  const placed = sql
    .replaceAll("'archive.parquet'", `'${join(folder, "archive.parquet")}'`)
    .replaceAll("'archive.jsonl'", `'${join(folder, "archive.jsonl")}'`)
    .replaceAll("thread_example", threadId);
  return database.query(placed);
}

describe("the questions of docs/parquet.md", { timeout: 60_000 }, () => {
  it("are five", () => {
    expect(questions).toHaveLength(5);
  });

  it.each(questions)("$name: the same answer as from the JSON lines", async ({ parquet, json }) => {
    const answer = await ask(parquet);
    expect(answer.length).toBeGreaterThan(1);
    expect(answer).toEqual(await ask(json));
  });

  it("tokens are those of the documents", async () => {
    const [question] = questions;
    const rows = (await ask(question?.parquet ?? "")) as [string, string, string, string][];
    const expected = threads.flat().reduce((sum, { object, usage }) => {
      const isCounted = object === "thread.run" || object === "chat.completion";
      const { prompt_tokens: tokens = 0 } = (usage ?? {}) as { readonly prompt_tokens?: number };
      return isCounted ? sum + tokens : sum;
    }, 0);
    expect(rows.reduce((sum, [, , tokens]) => sum + Number(tokens ?? 0), 0)).toBe(expected);
  });

  it("each row group has statistics", async () => {
    const file = join(folder, "archive.parquet");
    const groups = await database.query(
      `SELECT DISTINCT row_group_id, stats_min_value, stats_max_value FROM parquet_metadata('${file}') WHERE path_in_schema = 'created_at'`,
    );
    expect(groups.length).toBeGreaterThan(2);
    expect(groups.every((row) => Array.isArray(row) && row[1] !== null)).toBe(true);
  });

  it("DuckDB writes a file with selected documents that we read", async () => {
    const [file, selected] = [join(folder, "archive.parquet"), join(folder, "selected.parquet")];
    await database.query(
      `COPY (SELECT document FROM '${file}' WHERE thread_id = '${threadId}') TO '${selected}'`,
    );
    const count = threads
      .flat()
      .filter(({ id, thread_id: thread }) => [id, thread].includes(threadId));
    const { readOtherFile } = await import("@stepwire/parquet");
    const { open } = await import("node:fs/promises");
    const handle = await open(selected);
    try {
      const { size } = await handle.stat();
      let documents = 0;
      const readAt = async (buffer: Uint8Array, position: number) =>
        (await handle.read(buffer, 0, buffer.length, position)).bytesRead;
      for await (const block of readOtherFile({ size, readAt })) {
        documents += block.documents;
      }
      expect(documents).toBe(count.length);
    } finally {
      await handle.close();
    }
  });
});
