import { expect, it } from "vitest";
import {
  describeCircumstances,
  describeVersions,
  isCurrent,
} from "../../packages/bench/src/speed/circumstances.ts";
import {
  type BenchPart,
  type BenchTable,
  benchParts,
  describeStale,
  staleParts,
} from "../library/bench-tables.ts";
import { checks } from "../library/checks.ts";

const parts: readonly BenchPart[] = [
  { name: "a", measured: ["kernel"], tables: [table("a")], needsBuild: false },
  {
    name: "b",
    measured: ["protobufjs", "kernel"],
    tables: [table("b1"), table("b2")],
    needsBuild: false,
  },
  { name: "c", measured: ["protobufjs"], tables: [table("c")], needsBuild: false },
];

function table(section: string): BenchTable {
  return { file: "docs.md", section };
}

/** Returns a file with the tables of all parts, as `pnpm bench --write` writes it. */
function written(): string {
  return parts
    .flatMap(({ tables, measured }) =>
      tables.map(
        ({ section }) =>
          `<!-- ${section} -->\nx\n\n${describeCircumstances(measured)}\n<!-- /${section} -->\n`,
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
  expect(checks.flat().map(({ name }) => name)).toContain("benchmark tables");
  expect(benchParts.flatMap(({ tables }) => tables)).toHaveLength(12);
});
