import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { root } from "../../../library/command.ts";
import { type Entry, ledger } from "./ledger.ts";

/** A fenced block of code in a page. */
export interface Block {
  readonly language: string;
  readonly line: number;
  readonly content: string;
  /** What a comment directly before it says about it. */
  readonly mark: string | undefined;
}

/** Returns all fenced blocks of a page, also those in lists. */
export function blocksOf(markdown: string): Block[] {
  const blocks =
    /(?:^ *<!-- ((?:run by|illustration:) [^\n]+?) -->\n\n?)?^( *)```(\w*)[^\n]*\n([\s\S]*?)^\2```[ \t]*$/gmu;
  return [...markdown.matchAll(blocks)].map((match) => {
    const [all, mark, , language = "", content = ""] = match;
    const fence = match.index + all.indexOf("```");
    return { language, line: markdown.slice(0, fence).split("\n").length, content, mark };
  });
}

/**
 * Returns what is wrong with the account of a page's blocks: blocks that nothing runs, entries
 * without a block, tests that do not exist.
 */
export function complaintsAbout(path: string, blocks: readonly Block[]): string[] {
  if (isTutorial(path)) {
    return tutorialTest(path) === undefined && blocks.length > 0
      ? [`${path}: no test in scripts/test/tutorials names it`]
      : [];
  }
  if (isExample(path) && exampleTest(path) !== undefined) {
    return [];
  }
  const marked = blocks.flatMap(({ mark, line }) => (mark === undefined ? [] : [{ mark, line }]));
  const entries = ledger[path] ?? [];
  const counted = blocks.filter(({ mark }) => mark === undefined);
  return [
    ...marked.flatMap(({ mark, line }) =>
      missingTest(/^run by (\S+)$/u.exec(mark)?.[1], `${path}:${line}`),
    ),
    ...entries.flatMap((entry) => missingTest("test" in entry ? entry.test : undefined, path)),
    ...differences(path, counted, entries),
  ];
}

function differences(path: string, blocks: readonly Block[], entries: readonly Entry[]): string[] {
  const languages = new Set([...blocks, ...entries].map(({ language }) => language));
  return [...languages].flatMap((language) => {
    const found = blocks.filter((block) => block.language === language).length;
    const expected = entries
      .filter((entry) => entry.language === language)
      .reduce((sum, { count }) => sum + count, 0);
    return found === expected
      ? []
      : [`${path}: ${found} blocks of ${language}, and an account of ${expected}`];
  });
}

function missingTest(test: string | undefined, place: string): string[] {
  return test === undefined || existsSync(join(root, test))
    ? []
    : [`${place}: there is no test ${test}`];
}

function isTutorial(path: string): boolean {
  return path.startsWith("docs/tutorials/") && !path.endsWith("README.md");
}

/** Whether a page is the README of an example's folder, which says how to run the program. */
function isExample(path: string): boolean {
  return /^examples\/[^/]+\/README\.md$/u.test(path);
}

/** Returns a test that names the folder of an example. */
function exampleTest(path: string): string | undefined {
  const name = path.split("/")[1] ?? "";
  return globSync("scripts/test/**/*.ts", { cwd: root }).find((file) => {
    const text = readFileSync(join(root, file), "utf8");
    return text.includes(`examples/${name}`) || text.includes(`"${name}"`);
  });
}

/** Returns the test of a tutorial, which has the same name. */
function tutorialTest(path: string): string | undefined {
  const name = basename(path, ".md");
  return readdirSync(join(root, "scripts/test/tutorials")).find((file) =>
    file.startsWith(`${name}.test.`),
  );
}
