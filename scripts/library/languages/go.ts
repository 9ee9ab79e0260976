import { join } from "node:path";
import { root, run } from "../command.ts";
import type { Counts, Outcome, Stage } from "../stage.ts";
import { goTool } from "../tools.ts";
import { languageStage } from "./language.ts";

const directory = join(root, "packages/stepwire-go");

/** The result of one test, as `go test -json` writes it. */
interface TestEvent {
  readonly Action?: string;
  readonly Test?: string;
}

/** Counts tests by result. A test with subtests counts as one more test. */
export function countGo(output: string): Counts {
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  for (const line of output.split("\n")) {
    const { Action: action, Test: test } = readEvent(line);
    if (test === undefined) {
      continue;
    }
    counts.passed += action === "pass" ? 1 : 0;
    counts.failed += action === "fail" ? 1 : 0;
    counts.skipped += action === "skip" ? 1 : 0;
  }
  return counts;
}

function readEvent(line: string): TestEvent {
  try {
    return JSON.parse(line) as TestEvent;
  } catch {
    return {};
  }
}

/** Returns the output of `go test` without the events of passed tests. */
function failures(output: string): string {
  const lines = output.split("\n").flatMap((line) => {
    try {
      const { Output: text } = JSON.parse(line) as { Output?: string };
      return text === undefined || /^\s*(=== |--- (PASS|SKIP))/.test(text) ? [] : [text.trimEnd()];
    } catch {
      return [line];
    }
  });
  return lines.join("\n");
}

async function testGo(): Promise<Outcome> {
  const options = { directory, environment: { CGO_ENABLED: "0" } };
  const formatted = await run(
    ["gofmt", "-l", ".", "../../examples/go", "../../examples/nats"],
    options,
  );
  if (formatted.output !== "") {
    return { state: "failed", output: `Not formatted by gofmt:\n${formatted.output}` };
  }
  // This includes all checks of `go vet`, in the same build.
  const { succeeded, output } = await run(["go", "test", "-vet=all", "-json", "./..."], options);
  const counts = countGo(output);
  return succeeded
    ? { state: "passed", counts, note: `${counts.passed} tests` }
    : { state: "failed", counts, output: failures(output) };
}

/** The tests of the Go module. */
export const goStage: Stage = languageStage({
  language: "go",
  tools: [goTool],
  test: testGo,
});
