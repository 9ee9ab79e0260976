import { afterEach, expect, test, vi } from "vitest";
import {
  corpusDocuments,
  corpusStreams,
  describeWithCorpus,
  documentCount,
  printedSeed,
  Random,
  snapshotPrototypes,
} from "../src/index.js";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

describeWithCorpus("the corpus", () => {
  test("has documents of three types, and streams", () => {
    const types = new Set(corpusDocuments().map(({ type }) => type));
    expect([...types].sort()).toEqual(["run_step", "run_step_delta", "run_step_list"]);
    expect(corpusStreams().length).toBeGreaterThan(0);
    for (const { name, bytes } of corpusDocuments()) {
      expect(name).toMatch(/^run_step(_delta|_list)?\/.+\.json$/);
      expect(() => JSON.parse(Buffer.from(bytes).toString())).not.toThrow();
    }
  });
});

test("a seed comes from the environment and is printed", () => {
  const log = vi.spyOn(console, "log").mockImplementation(() => {});
  vi.stubEnv("STEPWIRE_SEED", "42");
  expect(printedSeed()).toBe(42);
  expect(log).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("STEPWIRE_SEED=42"));
});

test("without one, it comes from the clock", () => {
  vi.spyOn(console, "log").mockImplementation(() => {});
  vi.stubEnv("STEPWIRE_SEED", undefined);
  expect(printedSeed()).toBeGreaterThanOrEqual(0);
});

test.each(["", "x", "-1", "1.5", "99999999999"])("%j is no seed", (text) => {
  vi.stubEnv("STEPWIRE_SEED", text);
  expect(printedSeed).toThrow("STEPWIRE_SEED");
});

test.each([
  [undefined, undefined, 2000],
  [undefined, "true", 3_000],
  ["50", "true", 50],
])("STEPWIRE_DOCUMENTS=%s and CI=%s give %i documents", (given, ci, count) => {
  vi.stubEnv("STEPWIRE_DOCUMENTS", given);
  vi.stubEnv("CI", ci);
  expect(documentCount()).toBe(count);
});

test("random numbers repeat with their seed, and spread", () => {
  const draw = (seed: number): number[] => {
    const random = new Random(seed);
    return Array.from({ length: 1000 }, () => random.below(10));
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  for (let digit = 0; digit < 10; digit++) {
    const count = draw(7).filter((each) => each === digit).length;
    expect(count).toBeGreaterThan(50);
    expect(count).toBeLessThan(150);
  }
});

test("a snapshot shows what was added to a prototype", () => {
  const before = snapshotPrototypes();
  Object.defineProperty(Object.prototype, "polluted", { value: 1, configurable: true });
  const after = snapshotPrototypes();
  Reflect.deleteProperty(Object.prototype, "polluted");
  expect(after).not.toEqual(before);
  expect(snapshotPrototypes()).toEqual(before);
});
