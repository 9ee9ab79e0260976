import { describe, expect, test } from "vitest";
import { accumulationVectors } from "../src/accumulation/cases.js";
import { ACCUMULATION, formatFile, readFiles } from "../src/files.js";

const committed = readFiles(ACCUMULATION);
const current = await accumulationVectors();

test("the committed vectors are what the accumulator says now (else: pnpm vectors)", () => {
  const files = new Map(current.map((file) => [file.topic, formatFile(file)]));
  expect(Object.fromEntries(committed)).toEqual(Object.fromEntries(files));
});

describe.each(current)("$topic", ({ topic, cases }) => {
  test("has a different name for each case", () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  test("has a result for each event, and the refusals that its names say", () => {
    for (const { name, events, results } of cases) {
      expect(results.length).toBe(events.length);
      const codes = results.flatMap((result) =>
        result !== null && "code" in result ? [result.code] : [],
      );
      if (topic === "accumulation/refusals") {
        expect([name, codes]).toEqual([name, expect.arrayContaining([/^\w+/.exec(name)?.[0]])]);
      }
    }
  });
});

test("the vectors have every code that an event can be refused with", () => {
  const codes = new Set(
    current.flatMap(({ cases }) =>
      cases.flatMap(({ results }) =>
        results.flatMap((result) => (result !== null && "code" in result ? [result.code] : [])),
      ),
    ),
  );
  expect([...codes].sort()).toEqual([
    "identity_changed",
    "identity_in_delta",
    "index_gap",
    "invalid_index",
    "missing_id",
    "not_mergeable",
    "object_ended",
    "too_large",
    "too_many_elements",
    "too_many_members",
    "too_many_objects",
  ]);
});
