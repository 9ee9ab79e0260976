import { expect, it } from "vitest";
import { closingLine, sumUp } from "../library/stage.ts";
import { countVitest, judge } from "../library/suites.ts";

it("sums the counts of all suites, and counts a failed stage as one failure", () => {
  const sum = sumUp([
    { state: "passed" },
    { state: "failed" },
    { state: "passed", counts: { passed: 3, failed: 0, skipped: 1 } },
    { state: "failed", counts: { passed: 2, failed: 4, skipped: 0 } },
  ]);
  expect(sum).toEqual({ passed: 5, failed: 5, skipped: 1 });
});

it("counts a suite that failed although each of its tests passed", () => {
  const sum = sumUp([{ state: "failed", counts: { passed: 2, failed: 0, skipped: 0 } }]);
  expect(sum.failed).toBe(1);
});

it("words the closing line", () => {
  expect(closingLine({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
  expect(closingLine({ passed: 1, failed: 2, skipped: 3 })).toBe("1 passed, 2 failed, 3 skipped");
});

it("counts a test file that does not load", () => {
  const counts = countVitest({
    numPassedTests: 1,
    numFailedTests: 1,
    numPendingTests: 2,
    numTodoTests: 1,
    testResults: [
      { status: "failed", assertionResults: [] },
      { status: "failed", assertionResults: [{}] },
      { status: "passed", assertionResults: [{}] },
    ],
  });
  expect(counts).toEqual({ passed: 1, failed: 2, skipped: 3 });
});

it("says why a suite was skipped, and fails one that did not run", () => {
  const none = { passed: 0, failed: 0, skipped: 4 };
  const output = "\u001b[33mapps: tests are SKIPPED: no browser here\u001b[39m\nmore";
  expect(judge(true, output, none)).toMatchObject({ state: "skipped", note: "no browser here" });
  expect(judge(true, "", { ...none, passed: 3 })).toMatchObject({
    state: "passed",
    note: "3 tests",
  });
  expect(judge(false, output, none).state).toBe("failed");
  expect(judge(true, output, undefined).state).toBe("failed");
});
