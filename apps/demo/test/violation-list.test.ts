import { expect, it } from "vitest";
import { violationsByMode } from "../src/engine/convert.js";
import { lineAndColumn } from "../src/state/text-place.js";
import { listViolations } from "../src/view/violation-list.js";

it.each([
  ['{"id": 1,\n oops}', ["not_json  strict,preserve,archive 2:2"]],
  [
    '{"object":"thread.run.step",\n"id":1,"id":1}',
    [
      ...["created_at", "run_id", "thread_id", "type", "status", "step_details"].map(
        (name) => `missing_member /${name} strict,preserve 1:1`,
      ),
      "wrong_type /id strict,preserve 2:6",
      "duplicate_member /id strict,preserve,archive 2:8",
      "wrong_type /id strict,preserve 2:13",
    ],
  ],
])("lists each violation once, with the modes that find it: %s", async (text, expected) => {
  const listed = listViolations(await violationsByMode(text, "json"));
  const described = listed.map(({ violation: { code, pointer, range }, modes }) => {
    const { line, column } = lineAndColumn(text, range?.start ?? -1);
    return `${code} ${pointer} ${modes.join(",")} ${line}:${column}`;
  });
  expect(described).toEqual(expected);
});
