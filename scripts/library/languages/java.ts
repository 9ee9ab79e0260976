import { globSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "../command.ts";
import type { Counts, Outcome, Stage } from "../stage.ts";
import { javaTool } from "../tools.ts";
import { languageStage } from "./language.ts";

const directory = join(root, "packages/stepwire-java");

/** Counts tests by result, from the reports of Surefire. */
export function countJava(reports: readonly string[]): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const report of reports) {
    const suite = /<testsuite [^>]*>/.exec(report)?.[0] ?? "";
    const failed = attribute(suite, "failures") + attribute(suite, "errors");
    const skipped = attribute(suite, "skipped");
    counts.failed += failed;
    counts.skipped += skipped;
    counts.passed += attribute(suite, "tests") - failed - skipped;
  }
  return counts;
}

function attribute(element: string, name: string): number {
  return Number(new RegExp(` ${name}="(\\d+)"`).exec(element)?.[1] ?? 0);
}

/** Counts the tests of the last run of Maven. */
export function readJavaCounts(): Counts {
  const reports = globSync("target/surefire-reports/*.xml", { cwd: directory });
  return countJava(reports.map((name) => readFileSync(join(directory, name), "utf8")));
}

async function testJava(): Promise<Outcome> {
  // Reports of an earlier run must not be counted.
  rmSync(join(directory, "target/surefire-reports"), { recursive: true, force: true });
  const maven = join(directory, process.platform === "win32" ? "mvnw.cmd" : "mvnw");
  const { succeeded, output } = await run([maven, "-q", "-B", "verify"], { directory });
  const counts = readJavaCounts();
  return succeeded
    ? { state: "passed", counts, note: `${counts.passed} tests` }
    : { state: "failed", counts, output };
}

/** The tests of the Java package. */
export const javaStage: Stage = languageStage({
  language: "java",
  tools: [javaTool],
  test: testJava,
});
