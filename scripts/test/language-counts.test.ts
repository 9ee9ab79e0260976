import { expect, test } from "vitest";
import { countJUnit } from "../library/languages/python.ts";
import { countCargo } from "../library/languages/rust.ts";

test("counts what pytest reports; a failure that is expected has passed", () => {
  const report = `<?xml version="1.0"?><testsuites name="pytest tests">
    <testsuite name="pytest" errors="1" failures="2" skipped="2" tests="10" time="1.2">
    <testcase><skipped type="pytest.xfail" message="a library" /></testcase>
    <testcase><skipped type="pytest.skip" message="no corpus" /></testcase></testsuite></testsuites>`;
  expect(countJUnit(report)).toEqual({ passed: 6, failed: 3, skipped: 1 });
});

test("counts nothing where pytest wrote no report", () => {
  expect(countJUnit("")).toEqual({ passed: 0, failed: 0, skipped: 0 });
});

test("adds up what cargo says of each program", () => {
  const output = `
test result: ok. 4 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.5s
test result: FAILED. 6 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.5s
`;
  expect(countCargo(output)).toEqual({ passed: 10, failed: 1, skipped: 1 });
});
