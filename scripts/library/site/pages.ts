import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../command.ts";
import { splitTitle } from "./markdown.ts";

/** A page of the site, which is a Markdown file of the project. */
export interface Page {
  /** The path in the project, such as "docs/mapping.md". */
  readonly path: string;
  /** The address without slashes at both ends; "" for the start page. */
  readonly slug: string;
  readonly title: string;
  readonly markdown: string;
  /** What the index of the documentation says about the page. */
  readonly about: string | undefined;
}

/** A section of the sidebar. */
export interface Section {
  readonly name: string;
  readonly pages: readonly Page[];
}

/** The index of the documentation. Its sections and rows are the order of the sidebar. */
export const indexPath = "docs/README.md";

/** Where pages go that the index does not list, by their folder. */
const sectionOfFolder: readonly [folder: string, section: string][] = [
  ["docs/tutorials/", "Tutorials"],
  ["docs/", "Guides"],
  ["examples/", "Tutorials"],
  ["packages/", "Reference"],
  ["", "Project"],
];

/** READMEs that are not pages of the site, because their package is only for tests. */
const excluded = ["packages/fuzz/README.md"];

const patterns = [
  "{CHANGELOG,CODE_OF_CONDUCT,CONTRIBUTING,SECURITY}.md",
  "docs/**/*.md",
  "examples/**/README.md",
  "packages/*/README.md",
  "apps/*/README.md",
];

/** Reads all pages, in the order of the sidebar. */
export function readSections(): Section[] {
  const index = readIndex(readFileSync(join(root, indexPath), "utf8"));
  const paths = globSync(patterns, {
    cwd: root,
    exclude: ["**/node_modules/**", "**/.venv/**", "**/target/**", "apps/site/**"],
  })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => !excluded.includes(path) && path !== indexPath)
    .sort();
  const listed = new Set(index.flatMap(({ rows }) => rows.map(({ path }) => path)));
  const missing = [...listed].filter((path) => !paths.includes(path));
  if (missing.length > 0) {
    throw new Error(`${indexPath} lists pages that do not exist: ${missing.join(", ")}`);
  }
  const others = paths.filter((path) => !listed.has(path));
  return index.map(({ name, rows }) => ({
    name,
    pages: [
      ...rows.map(({ path, about }) => readPage(path, about)),
      ...others
        .filter((path) => sectionOfFolder.find(([folder]) => path.startsWith(folder))?.[1] === name)
        .map((path) => readPage(path, undefined)),
    ],
  }));
}

/** Reads the index itself, which is the page with everything. */
export function readIndexPage(): Page {
  return readPage(indexPath, "All pages");
}

function readPage(path: string, about: string | undefined): Page {
  const markdown = readFileSync(join(root, path), "utf8");
  return { path, slug: slugOf(path), title: splitTitle(markdown, path).title, markdown, about };
}

/** Returns the address of a page: that of its file, without `docs`, `apps` and the ending. */
export function slugOf(path: string): string {
  if (path === indexPath) {
    return "contents";
  }
  return path
    .replace(/^(?:docs|apps)\//u, "")
    .replace(/\/?README\.md$/u, "")
    .replace(/\.md$/u, "")
    .toLowerCase();
}

interface IndexSection {
  readonly name: string;
  readonly rows: readonly { readonly path: string; readonly about: string }[];
}

/** Reads the table of the index: rows in bold begin a section, all others have a link to a page. */
export function readIndex(markdown: string): IndexSection[] {
  const sections: { name: string; rows: { path: string; about: string }[] }[] = [];
  for (const [, name, link, about = ""] of markdown.matchAll(
    /^\| (?:\*\*(.+?)\*\*|\[[^\]]+\]\(([^)#]+)\)) \|(.*)\|$/gmu,
  )) {
    if (name !== undefined) {
      sections.push({ name, rows: [] });
    } else if (link !== undefined) {
      const path = join("docs", link).replaceAll("\\", "/");
      sections.at(-1)?.rows.push({ path, about: about.trim() });
    }
  }
  if (sections.length === 0) {
    throw new Error(`${indexPath}: expected a table with sections in bold`);
  }
  return sections;
}
