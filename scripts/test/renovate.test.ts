import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../library/command.ts";
import { workTreeFiles } from "../library/work-tree.ts";

/** The part of the configuration that is used here. */
interface Config {
  readonly ignorePaths: readonly string[];
  readonly customManagers: readonly Manager[];
}

interface Manager {
  readonly description: string;
  readonly managerFilePatterns: readonly string[];
  readonly matchStrings: readonly string[];
  readonly datasourceTemplate?: string;
}

const { customManagers, ignorePaths } = JSON.parse(
  readFileSync(join(root, "renovate.json"), "utf8"),
) as Config;
const files = await workTreeFiles();

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** Returns the files that a pattern is for, such as `/^README\.md$/`. */
function filesOf(pattern: string): readonly string[] {
  expect(pattern).toMatch(/^\/.+\/$/);
  const expression = new RegExp(pattern.slice(1, -1));
  return files.filter((path) => expression.test(path));
}

/** Returns what a manager finds: the dependencies by their registry, and their versions. */
function findsOf(manager: Manager): { readonly dependency: string; readonly version: string }[] {
  return manager.managerFilePatterns.flatMap(filesOf).flatMap((path) =>
    manager.matchStrings.flatMap((expression) =>
      [...read(path).matchAll(new RegExp(expression, "g"))].map(({ groups = {} }) => ({
        dependency: `${manager.datasourceTemplate ?? groups["datasource"]} ${groups["depName"]}`,
        version: groups["currentValue"] ?? "",
      })),
    ),
  );
}

describe("renovate.json", () => {
  it.each(customManagers)("finds versions: $description", (manager) => {
    for (const pattern of manager.managerFilePatterns) {
      expect(filesOf(pattern), pattern).not.toEqual([]);
    }
    for (const expression of manager.matchStrings) {
      expect(findsOf({ ...manager, matchStrings: [expression] }), expression).not.toEqual([]);
    }
    const finds = findsOf(manager);
    expect(finds.filter(({ version }) => !/^v?\d+\.\d+/.test(version))).toEqual([]);
  });

  it("ignores no folder of ours: by default, examples and tests are", () => {
    expect(ignorePaths).toEqual(["**/node_modules/**"]);
  });

  it("finds each dependency whose version is in code", () => {
    const found = new Set(customManagers.flatMap(findsOf).map(({ dependency }) => dependency));
    const expected = [
      "crate protoc-gen-prost",
      "go github.com/nats-io/nats-server/v2",
      "go github.com/rhysd/actionlint",
      "maven org.openapitools:openapi-generator-cli",
      "npm @duckdb/node-api",
      "npm @durable-streams/client",
      "npm bun",
      "npm deno",
      "npm esbuild",
      "npm pnpm",
      "npm vite",
      "pypi pyspark",
      "pypi twine",
    ];
    expect(expected.filter((each) => !found.has(each))).toEqual([]);
  });

  it("finds pnpm in every command that names its version", () => {
    const manager = customManagers.find(({ description }) => description.startsWith("pnpm"));
    const watched = new Set(manager?.managerFilePatterns.flatMap(filesOf));
    const naming = files.filter(
      (path) =>
        !/(?:^|\/)(?:test|docs)\/|\.tsv?$|\.lock$|^pnpm-lock|^package\.json$/.test(path) &&
        /(?<![\w-])pnpm@\d/.test(read(path)),
    );
    expect(naming.filter((path) => !watched.has(path))).toEqual([]);
  });

  it("has a comment at each constant with a version", () => {
    const constant = /^(?:export )?const \w*version\w* = "v?\d+\.\d+[^"]*"/gim;
    const unwatched = files
      .filter((path) => /^(?:apps|examples|packages|scripts)\/.+\.ts$/.test(path))
      .filter((path) => !/\/(?:gen|test)\//.test(path))
      .flatMap((path) => {
        const text = read(path);
        return [...text.matchAll(constant)].flatMap(({ index, 0: line }) => {
          const above = text.slice(0, index).trimEnd().split("\n").at(-1) ?? "";
          return above.startsWith("// renovate: ") ? [] : [`${path}: ${line}`];
        });
      });
    expect(unwatched).toEqual([]);
  });
});
