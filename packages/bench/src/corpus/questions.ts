import { readFileSync } from "node:fs";
import { join } from "node:path";

/** A question about an archive, as two queries with the same result. */
export interface Question {
  readonly name: string;
  /** The query on `archive.parquet`, from docs/parquet.md. */
  readonly parquet: string;
  /** The same on `archive.jsonl`, without our columns. */
  readonly json: string;
}

/** The JSON lines with the types that DuckDB finds out by itself. */
const LINES = "read_json('archive.jsonl', format = 'newline_delimited')";

/** The queries on JSON lines, by the headings of docs/parquet.md. */
const jsonQueries: Readonly<Record<string, string>> = {
  "Tokens by model and day": `
    SELECT model, date_trunc('day', to_timestamp(coalesce(created_at, created))) AS day,
           sum(usage.prompt_tokens) AS input_tokens, sum(usage.completion_tokens) AS output_tokens
    FROM ${LINES}
    WHERE object IN ('thread.run', 'chat.completion')
    GROUP BY ALL
    ORDER BY ALL`,
  "Failed steps with their error": `
    SELECT thread_id, run_id, id, to_timestamp(failed_at) AS failed_at, last_error.code AS error_code,
           last_error.message AS error_message
    FROM ${LINES}
    WHERE object = 'thread.run.step' AND status = 'failed'
    ORDER BY failed_at, id`,
  "Tools used": `
    SELECT tool, count(*) AS calls
    FROM (
      SELECT unnest(list_concat(
               list_transform(step_details.tool_calls, lambda call: call.type),
               flatten(list_transform(choices, lambda choice:
                 list_transform(choice.message.tool_calls, lambda call: call.type)))
             )) AS tool
      FROM ${LINES}
    )
    GROUP BY tool
    ORDER BY calls DESC, tool`,
  "Slowest runs": `
    SELECT id, thread_id, model, to_timestamp(completed_at) - to_timestamp(started_at) AS duration
    FROM ${LINES}
    WHERE object = 'thread.run' AND completed_at IS NOT NULL
    ORDER BY duration DESC, id
    LIMIT 10`,
  "The history of a thread": `
    SELECT to_timestamp(created_at) AS created_at,
           CASE object WHEN 'thread.run.step' THEN 'run_step' ELSE replace(object, 'thread.', '') END AS kind,
           id, status, role,
           CASE object WHEN 'thread.run.step' THEN
             coalesce(list_transform(step_details.tool_calls, lambda call: call.type), []) END AS tools,
           CASE object WHEN 'thread.run.step' THEN
             list_filter(coalesce(list_transform(step_details.tool_calls, lambda call: call.function.name), []),
                         lambda name: name IS NOT NULL) END AS functions
    FROM ${LINES}
    WHERE thread_id = 'thread_example' OR id = 'thread_example'
    ORDER BY created_at, id`,
};

/** Returns the questions of docs/parquet.md. */
export function readQuestions(): readonly Question[] {
  const docs = readFileSync(join(import.meta.dirname, "../../../../docs/parquet.md"), "utf8");
  return [...docs.matchAll(/^### (.*)\n\n```sql\n([\s\S]*?)\n```$/gm)].map(
    ([, name = "", parquet = ""]) => {
      const json = jsonQueries[name];
      if (json === undefined) {
        throw new Error(`no query on JSON lines for "${name}"`);
      }
      return { name, parquet, json };
    },
  );
}
