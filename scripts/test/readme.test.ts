import { join } from "node:path";
import { expect, test } from "vitest";
import { measureRows } from "../../packages/bench/src/sizes/rows.ts";
import { staleRows } from "../../packages/bench/src/sizes/section.ts";
import { measureStreams, missingFolders } from "../../packages/bench/src/streams/rows.ts";
import { staleStreamRows } from "../../packages/bench/src/streams/table.ts";
import { root } from "../library/command.ts";
import { runDemo, runSnippet } from "../library/demo-output.ts";
import { readCode, readReadme, readSection } from "../library/readme.ts";

test("the example runs and gives back every value", async () => {
  const code = readCode(readReadme(), "ts");
  const output = await runSnippet(code, join(root, "packages/openai-json"));
  const [json = "", ...residue] = output.split("\n");
  expect(json).toBe(
    '{"id":"step_1","object":"thread.run.step.delta","delta":{"step_details":{"type":"tool_calls",' +
      '"tool_calls":[{"index":0,"type":"browser","browser":{"tab":12345678901234567890}}]}}}',
  );
  expect(residue.join("\n")).toContain("/delta/step_details/tool_calls/0/browser");
});

test("the output of the demo is the real one (write it with `pnpm readme:demo`)", async () => {
  expect(readSection(readReadme(), "demo").trim()).toBe(await runDemo());
});

const skipped = missingFolders(root);

// Everything is compressed in several ways, each time event by event.
const timeout = 180_000;

test("the stream tables are what is measured (write them with `pnpm size-table`)", {
  timeout,
}, async () => {
  const readme = readReadme();
  const tables = {
    streams: readSection(readme, "stream-table"),
    formats: readSection(readme, "format-table"),
    types: readSection(readme, "event-table"),
  };
  expect(staleStreamRows(tables, await measureStreams(root))).toEqual([]);
});

if (skipped.length > 0) {
  const reason = `skipped: without ${skipped.join(", ")}, their rows are not checked`;
  console.log(`the stream tables: ${reason}`);
  test.skip(reason, () => {});
}

test("the size table is what is measured (write it with `pnpm size-table`)", { timeout }, () => {
  const rows = measureRows(root);
  expect(staleRows(readSection(readReadme(), "size-table"), rows)).toEqual([]);
});
