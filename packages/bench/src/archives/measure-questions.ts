import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { readQuestions } from "../corpus/questions.js";
import { formatTable } from "../speed/format.js";
import { median } from "../speed/median.js";
import { fastFolder } from "../speed/pack.js";
import { writeThreads } from "./corpus-file.js";
import { openDuckDB } from "./duckdb.js";

const stepwire = join(import.meta.dirname, "../../../cli/dist/main.js");

/** The times to answer a question, in milliseconds. */
export interface QuestionRow {
  readonly name: string;
  readonly parquet: number;
  readonly json: number;
}

/** The times of all questions, and the size of the JSON lines in bytes. */
export interface QuestionTimes {
  readonly bytes: number;
  readonly rows: readonly QuestionRow[];
}

/** Asks DuckDB the same questions about a Parquet file and about its JSON lines; medians. */
export async function measureQuestions(bytes: number, rounds: number): Promise<QuestionTimes> {
  const folder = mkdtempSync(join(fastFolder(), "stepwire-bench-"));
  const database = await openDuckDB();
  try {
    const [lines, archive] = [join(folder, "archive.jsonl"), join(folder, "archive.parquet")];
    await writeThreads(lines, bytes);
    execFileSync(process.execPath, [stepwire, "pack", lines, "-o", archive], { stdio: "ignore" });
    const found = await database.query(
      `SELECT thread_id FROM '${archive}' WHERE kind = 'thread' OFFSET 500 LIMIT 1`,
    );
    const thread = String((found[0] as readonly unknown[])[0]);
    const ask = async (sql: string): Promise<number> => {
      const placed = sql
        .replaceAll("'archive.parquet'", `'${archive}'`)
        .replaceAll("'archive.jsonl'", `'${lines}'`)
        .replaceAll("thread_example", thread);
      const start = performance.now();
      await database.query(placed);
      return performance.now() - start;
    };
    const rows: QuestionRow[] = [];
    for (const { name, parquet, json } of readQuestions()) {
      const times = { parquet: [] as number[], json: [] as number[] };
      for (let round = 0; round < rounds; round++) {
        times.parquet.push(await ask(parquet));
        times.json.push(await ask(json));
      }
      rows.push({ name, parquet: median(times.parquet), json: median(times.json) });
    }
    return { bytes: statSync(lines).size, rows };
  } finally {
    database.close();
    rmSync(folder, { recursive: true });
  }
}

/** Formats the table of docs/parquet.md. */
export function formatQuestions({ rows, bytes }: QuestionTimes): string {
  const head = ["", "Parquet, ms", "`read_json`, ms", "times as fast"];
  const table = formatTable([
    head,
    ...rows.map(({ name, parquet, json }) => [
      name,
      parquet.toFixed(0),
      json.toFixed(0),
      (json / parquet).toFixed(0),
    ]),
  ]);
  return `${table}\n\nThe JSON lines have ${(bytes / 1e6).toFixed(0)} MB.`;
}
