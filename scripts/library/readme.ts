import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./command.ts";

/** The path of the README. */
export const readmeFile: string = join(root, "README.md");

/** The path of the changelog of all packages. */
export const changelogFile: string = join(root, "CHANGELOG.md");

/** The path of the page with all bounds. */
export const securityFile: string = join(root, "SECURITY.md");

/** The path of the page with the tables of sizes. */
export const sizesFile: string = join(root, "docs/sizes.md");

/** The path of the page that compares other ways to convert. */
export const whyFile: string = join(root, "docs/why.md");

/** The path of the page with the tables of times. */
export const benchmarksFile: string = join(root, "docs/benchmarks.md");
export const parquetFile: string = join(root, "docs/parquet.md");
/** The path of the page about the handlers. */
export const handlerFile: string = join(root, "docs/handler.md");

export function readReadme(): string {
  return readFileSync(readmeFile, "utf8");
}

/** Returns the text between the markers of a section: `<!-- name -->` and `<!-- /name -->`. */
export function readSection(text: string, name: string): string {
  const [start, end] = findSection(text, name);
  return text.slice(start, end);
}

/** Returns the text with the content between the markers of a section replaced. */
export function replaceSection(text: string, name: string, content: string): string {
  const [start, end] = findSection(text, name);
  return `${text.slice(0, start)}\n${content.trim()}\n${text.slice(end)}`;
}

function findSection(text: string, name: string): [start: number, end: number] {
  const opening = `<!-- ${name} -->`;
  const start = text.indexOf(opening);
  const end = text.indexOf(`<!-- /${name} -->`);
  if (start === -1 || end < start) {
    throw new Error(`the file has no section from ${opening} to <!-- /${name} -->`);
  }
  return [start + opening.length, end];
}

/** Returns the code of the first block in a language. */
export function readCode(text: string, language: string): string {
  const code = text.split(`\`\`\`${language}\n`)[1]?.split("\n```")[0];
  if (code === undefined) {
    throw new Error(`README.md has no block of ${language}`);
  }
  return code;
}
