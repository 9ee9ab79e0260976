import { describe, expect, it } from "vitest";
import { root } from "../library/command.ts";
import { circleViolations, findCircles } from "../library/import-circles.ts";
import { readSources } from "../library/workspace.ts";

describe("findCircles", () => {
  it.each<[string, Record<string, string[]>, string[][]]>([
    ["a chain", { a: ["b"], b: ["c"], c: [] }, []],
    ["two ways to one node", { a: ["b", "c"], b: ["d"], c: ["d"], d: [] }, []],
    ["a node that leads to itself", { a: ["a"], b: ["a"] }, [["a"]]],
    [
      "two circles, one of which leads to the other",
      { a: ["b"], b: ["a", "c"], c: ["d"], d: ["c"] },
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    [
      "circles with a common node",
      { a: ["b"], b: ["a", "c"], c: ["b"], d: ["a"] },
      [["a", "b", "c"]],
    ],
  ])("finds %s", (_, edges, expected) => {
    expect(findCircles(new Map(Object.entries(edges)))).toEqual(expected);
  });
});

describe("circleViolations", () => {
  const file = (path: string, ...imports: string[]) => ({
    path,
    text: imports.map((specifier) => `import type { X } from "${specifier}";\n`).join(""),
  });

  it("finds a circle of type imports", () => {
    const files = [
      file("packages/a/src/one.ts", "./two.js", "@stepwire/core"),
      file("packages/a/src/two.ts", "./deep/three.js"),
      file("packages/a/src/deep/three.tsx", "../one.js"),
      file("packages/a/test/one.test.ts", "../src/one.js"),
    ];
    expect(circleViolations(files)).toEqual([
      "packages/a/src/one.ts, packages/a/src/two.ts, packages/a/src/deep/three.tsx: these files import each other",
    ]);
  });

  it("allows recursion in the folders that convert values, not beyond them", () => {
    const folder = "packages/openai-json/src/decode";
    const files = [file(`${folder}/a.ts`, "./b.js"), file(`${folder}/b.ts`, "./a.js")];
    expect(circleViolations(files)).toEqual([]);
    const wider = [
      file(`${folder}/a.ts`, "../b.js"),
      file("packages/openai-json/src/b.ts", "./decode/a.js"),
    ];
    expect(circleViolations(wider)).toHaveLength(1);
  });

  it("reads sources of every kind, and no generated ones", () => {
    const paths = readSources(root).map(({ path }) => path);
    expect(paths).toContain("packages/transcode/assembly/names.ts");
    expect(paths).toContain("packages/transcode/scripts/build-kernel.ts");
    expect(paths).toContain("scripts/check-imports.ts");
    expect(paths).toContain("apps/demo/src/view/violations.tsx");
    expect(
      paths.filter((path) => /node_modules|\/(gen|built|generated|dist)\//.test(path)),
    ).toEqual([]);
  });
});
