import { afterEach, expect, it, vi } from "vitest";
import { countGo } from "../library/languages/go.ts";
import { countJava } from "../library/languages/java.ts";
import { languageStage } from "../library/languages/language.ts";

const missing = languageStage({
  language: "cobol",
  tools: [{ name: "a COBOL compiler", command: ["no-such-compiler", "--version"] }],
  test: () => Promise.reject(new Error("nothing can be tested")),
});

afterEach(() => {
  vi.unstubAllEnvs();
});

it("counts the tests of Go, and passes over packages and other lines", () => {
  const output = [
    '{"Action":"run","Test":"TestA"}',
    '{"Action":"output","Test":"TestA","Output":"--- FAIL"}',
    '{"Action":"fail","Test":"TestA"}',
    '{"Action":"pass","Test":"TestB"}',
    '{"Action":"pass","Test":"TestB/part"}',
    '{"Action":"skip","Test":"TestC"}',
    '{"Action":"fail","Package":"p"}',
    "# a compiler error",
  ].join("\n");
  expect(countGo(output)).toEqual({ passed: 2, failed: 1, skipped: 1 });
});

it("counts the tests of Java, by the reports of all classes", () => {
  const report = `<?xml version="1.0"?>
<testsuite xmlns="x" name="a" time="1.0" tests="7" errors="1" skipped="2" failures="1">
  <testcase name="t"/>`;
  expect(countJava([report, report, ""])).toEqual({ passed: 6, failed: 4, skipped: 4 });
});

it("skips a language whose tools are missing, and says so", async () => {
  vi.stubEnv("CI", undefined);
  const outcome = await missing.run();
  expect(outcome).toMatchObject({ state: "skipped", note: "a COBOL compiler is not installed" });
});

it("fails in CI where the tools of a language are missing", async () => {
  vi.stubEnv("CI", "true");
  expect(await missing.run()).toMatchObject({ state: "failed" });
});
