import { expect, it } from "vitest";
import {
  describeCircumstances,
  describeVersions,
  isCurrent,
} from "../../packages/bench/src/speed/circumstances.ts";
import { type BenchPart, benchParts, describeStale, staleParts } from "../library/bench-tables.ts";
import { checks } from "../library/checks.ts";

const parts: readonly BenchPart[] = [
  { name: "a", measured: ["kernel"], file: "docs.md", sections: ["a"], needsBuild: false },
  {
    name: "b",
    measured: ["protobufjs", "kernel"],
    file: "docs.md",
    sections: ["b1", "b2"],
    needsBuild: false,
  },
  { name: "c", measured: ["protobufjs"], file: "docs.md", sections: ["c"], needsBuild: false },
];

/** Returns a file with the tables of all parts, as `pnpm bench --write` writes it. */
function written(): string {
  return parts
    .flatMap(({ sections, measured }) =>
      sections.map(
        (name) => `<!-- ${name} -->\nx\n\n${describeCircumstances(measured)}\n<!-- /${name} -->\n`,
      ),
    )
    .join("");
}

it("issue 11.14: finds the tables of another kernel, and only those", () => {
  expect(staleParts(parts, written)).toEqual([]);
  const quoted = describeVersions(["kernel"]);
  const stale = staleParts(parts, () => written().replaceAll(quoted, "kernel dc0636db"));
  expect(stale.map(({ name }) => name)).toEqual(["a", "b"]);
  expect(describeStale(stale)).toContain('the table "b2" is stale');
  expect(describeStale(stale)).toContain("pnpm bench --stale --write");
});

it("issue 11.14: finds a part of which one table is stale", () => {
  const text = written();
  const start = text.indexOf("<!-- b2 -->");
  const changed = `${text.slice(0, start)}${text.slice(start).replace("protobufjs", "protobufjs 1,")}`;
  expect(staleParts(parts, () => changed).map(({ name }) => name)).toEqual(["b"]);
});

it("does not compare the day, the machine and Node", () => {
  const line = `Measured 2020-01-01, 64 cores of X; Node 99.0.0, ${describeVersions(["kernel"])}.`;
  expect(isCurrent(`\ntable\n\n${line}\n`, ["kernel"])).toBe(true);
});

it("issue 11.14: `pnpm test` looks for stale tables", () => {
  expect(checks.map(({ name }) => name)).toContain("benchmark tables");
  expect(benchParts.flatMap(({ sections }) => sections)).toHaveLength(7);
});
