import { expect, test } from "vitest";
import { createSuite, examine, type Finding, probeId } from "../src/index.js";
import { own } from "./support/own.js";

test("nothing of the suite is lost by Stepwire's own libraries", async () => {
  const findings: Record<string, readonly Finding[]> = {};
  let sent = 0;
  for await (const result of examine(own, createSuite())) {
    sent += result.skipped === undefined ? 1 : 0;
    if (result.findings.length > 0) {
      findings[probeId(result.probe)] = result.findings;
    }
  }
  expect(findings).toEqual({});
  expect(sent).toBeGreaterThan(120);
});
