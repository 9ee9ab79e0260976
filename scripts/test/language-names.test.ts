import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../library/command.ts";

/** The sources of each column of the table. What is generated does not count. */
const sources: Readonly<Record<string, string>> = {
  TypeScript: "packages/*/src/**/*.ts",
  Python: "packages/stepwire-py/{pyproject.toml,src/**/*.{py,pyi}}",
  Go: "packages/stepwire-go/**/*.go",
  Rust: "packages/stepwire-rs/{Cargo.toml,src/**/*.rs}",
  Java: "packages/stepwire-java/{pom*.xml,src/main/**/*.java}",
};

test("issue 18: the names in docs/languages.md exist", () => {
  const [header = [], , ...rows] = readTable(readFileSync(join(root, "docs/languages.md"), "utf8"));
  const languages = header.slice(1).map((cell) => /\[(\w+)\]/.exec(cell)?.[1] ?? cell);
  expect(languages).toEqual(Object.keys(sources));
  const dead = languages.flatMap((language, index) => {
    const words = wordsIn(sources[language] ?? "");
    return rows
      .flatMap((row) => namesIn(row[index + 1] ?? ""))
      .filter((name) => !words.has(name))
      .map((name) => `${language}: ${name}`);
  });
  expect(dead).toEqual([]);
});

function readTable(text: string): string[][] {
  const lines = text.split("\n").filter((line) => line.startsWith("|"));
  return lines.map((line) => line.split("|").slice(1, -1));
}

/** The names in a cell: the last word of each piece of code. */
function namesIn(cell: string): string[] {
  return [...cell.matchAll(/`(?:\w+(?:\.|::))*(\w+)`/g)].flatMap(([, name]) => name ?? []);
}

function wordsIn(pattern: string): ReadonlySet<string> {
  const words = new Set<string>();
  for (const path of globSync(pattern, {
    cwd: root,
    exclude: ["**/node_modules/**", "**/gen/**"],
  })) {
    for (const [word] of readFileSync(join(root, path), "utf8").matchAll(/\w+/g)) {
      words.add(word);
    }
  }
  return words;
}
