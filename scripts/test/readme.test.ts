import { join } from "node:path";
import { expect, test } from "vitest";
import { measureRows } from "../../packages/bench/src/sizes/rows.ts";
import { staleRows } from "../../packages/bench/src/sizes/section.ts";
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

test("the size table is what is measured (write it with `pnpm size-table`)", () => {
  const rows = measureRows(root);
  expect(staleRows(readSection(readReadme(), "size-table"), rows)).toEqual([]);
});
