import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { root } from "../library/command.ts";
import { mounts } from "../library/handlers/mounts.ts";
import { handlerFile } from "../library/readme.ts";

const folder = join(root, "examples/handler");

it("issue 19: docs/handler.md shows the programs of examples/handler as they are", () => {
  const shown = new Map(
    [
      ...readFileSync(handlerFile, "utf8").matchAll(
        /\]\(\.\.\/examples\/handler\/([^)\n]+)\)[^\n]*:\n\n```\w+\n([\s\S]*?)^```$/gmu,
      ),
    ].map(([, path = "", code]) => [path, code]),
  );
  // The other files are configuration, and a page that is no handler.
  const programs = globSync(["*.ts", "next/next.config.js", "next/app/*/*.js"], { cwd: folder });
  expect([...shown.keys()].sort()).toEqual(programs.sort());
  for (const path of programs) {
    expect(shown.get(path), path).toBe(readFileSync(join(folder, path), "utf8"));
  }
});

it("issue 19: the READMEs start the programs as the tests do", () => {
  const readme = readFileSync(join(folder, "README.md"), "utf8");
  const started = mounts.flatMap(({ start }) => [
    ...start({ port: 1, variables: {} }).matchAll(/\b(\w+\.ts|wrangler dev|next start next)\b/gu),
  ]);
  expect(started.length).toBeGreaterThan(6);
  for (const [words] of started) {
    expect(readme).toContain(words);
  }
});

it("docs/handler.md says how long the streams of its table and of the gateway's are", () => {
  const page = readFileSync(handlerFile, "utf8");
  const gateway = readFileSync(join(root, "apps/gateway/README.md"), "utf8");
  const eventsIn = (text: string): string | undefined => /streams of (\d+) events/.exec(text)?.[1];
  const [, both] = /Both are for streams of (\d+) events/.exec(page) ?? [];
  expect(both).toBe(eventsIn(page));
  expect(both).toBe(eventsIn(gateway));
});
