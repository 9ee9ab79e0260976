// Writes a year of invented documents, a file of JSON Lines for each month.
import { createWriteStream } from "node:fs";

const models = ["baker-4", "baker-5", "baker-5-mini"];
const tools = ["code_interpreter", "file_search", "oven"];
let state = 7;
const below = (bound) => {
  state = (state * 48271) % 2147483647;
  return state % bound;
};

let count = 0;
for (let month = 0; month < 12; month++) {
  const file = createWriteStream(`2025-${String(month + 1).padStart(2, "0")}.jsonl`);
  const write = (document) => {
    count += 1;
    file.write(`${JSON.stringify(document)}\n`);
  };
  for (let run = 0; run < 500; run++) {
    const created_at = Date.UTC(2025, month, 1 + below(28)) / 1000 + below(86400);
    const ids = { run_id: `run_${month}_${run}`, thread_id: `thread_${below(300)}` };
    const isFailed = below(50) === 0;
    const input = 100 + below(2000);
    const output = 20 + below(500);
    const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
    write({
      id: `step_${month}_${run}`,
      object: "thread.run.step",
      created_at,
      ...ids,
      assistant_id: "asst_bakery",
      type: "tool_calls",
      status: isFailed ? "failed" : "completed",
      failed_at: isFailed ? created_at + 3 : null,
      last_error: isFailed ? { code: "server_error", message: "The oven is cold." } : null,
      step_details: {
        type: "tool_calls",
        // The tool "oven" is in no schema.
        tool_calls: [{ id: `call_${run}`, type: tools[below(3)], oven: { degrees: 210.5 } }],
      },
      usage,
    });
    write({
      id: ids.run_id,
      object: "thread.run",
      created_at,
      started_at: created_at + 1,
      completed_at: isFailed ? null : created_at + 2 + below(600),
      thread_id: ids.thread_id,
      assistant_id: "asst_bakery",
      model: models[below(3)],
      status: isFailed ? "failed" : "completed",
      usage,
    });
  }
  file.end();
}
console.log(count, "documents");
