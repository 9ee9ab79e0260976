import { expect, test } from "vitest";
import { createSuite, type Finding, type ProbeResult } from "../src/index.js";
import type { TargetSpec } from "./targets/list.js";
import { type Section, updateSections } from "./targets/table.js";

const probes = createSuite(["chat"]).filter(({ name }) => name === "plain" || name === "nulls");
const lost: Finding = { kind: "lost", side: "response", pointer: "/a|b", what: "null" };

function spec(name: string): TargetSpec {
  return { name, version: "1", how: "as it is", open: () => Promise.reject(new Error("no")) };
}

function results(findings: Readonly<Record<string, readonly Finding[]>>): ProbeResult[] {
  return probes.map((probe) => ({ probe, findings: findings[probe.name] ?? [] }));
}

const empty: Readonly<Record<Section, string>> = {
  "doctor-summary": "",
  "doctor-probes": "",
  "doctor-examples": "",
};

test("the tables say what became of the probes, and keep what was not measured now", () => {
  const [good, bad, gone] = ["good", "bad", "gone"].map(spec) as [
    TargetSpec,
    TargetSpec,
    TargetSpec,
  ];
  const specs = [good, bad, gone];
  const first = updateSections(empty, specs, [{ spec: good, results: results({}) }]);
  const measured = { spec: bad, results: results({ plain: [lost], nulls: [lost] }) };
  const tables = updateSections(first, specs, [measured]);
  expect(tables["doctor-summary"].split("\n")).toEqual([
    "|  | version | chat | responses | assistants | used as |",
    "| --- | --- | --- | --- | --- | --- |",
    "| good | 1 | 5 of 5 | – | – | as it is |",
    "| bad | 1 | 0 of 5 | – | – | as it is |",
    "| gone | 1 |  |  |  |  |",
  ]);
  expect(tables["doctor-probes"].split("\n")).toEqual([
    "|  | good | bad | gone |",
    "| --- | --- | --- | --- |",
    "| document, plain | ok | lost |  |",
    "| document, nulls | ok | as plain |  |",
    "| stream, plain | ok | lost |  |",
    "| request, plain | ok | lost |  |",
    "| request, nulls | ok | as plain |  |",
  ]);
  expect(tables["doctor-examples"]).toContain("### good\n\nNothing was lost or changed.\n");
  expect(tables["doctor-examples"]).toContain("| chat, document, plain | lost at `/a\\|b`: null |");
  // Measured again, nothing changes.
  expect(updateSections(tables, specs, [measured])).toEqual(tables);
  expect(updateSections(tables, specs, [])).toEqual(tables);
});
