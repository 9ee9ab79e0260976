import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { root } from "../command.ts";
import { rewriteLinks, type Targets } from "./links.ts";
import { writeLlms } from "./llms.ts";
import { firstSentence, mapText, splitParts, splitTitle } from "./markdown.ts";
import { type Page, readIndexPage, readSections, type Section } from "./pages.ts";
import { generator, repository } from "./project.ts";
import type { Reference } from "./reference/reference.ts";

/** Options of the site. */
export interface SiteOptions {
  /** The path of the site on its host, which begins and ends with a slash. */
  readonly base: string;
  /** The origin of the site, such as "https://docs.example.com"; undefined if it is not known. */
  readonly origin: string | undefined;
  /** The API references that were built, or why not. */
  readonly references: readonly Reference[];
}

const contentFolder = join(generator, "src/content/docs");
const publicFolder = join(generator, "public");

/**
 * Writes what the generator reads: the pages with titles and links of the site, the sidebar, the
 * pictures, and the texts for language models. Nothing of it is committed.
 *
 * @throws {Error} if a page has no title, or a link that leads nowhere.
 */
export function stageSite(options: SiteOptions): void {
  const sections = readSections();
  const all = [...sections.flatMap(({ pages }) => pages), readIndexPage()];
  const targets: Targets = {
    pages: new Map(all.map((page) => [page.path, page])),
    base: options.base,
  };
  const dead: string[] = [];
  const staged = new Set<string>();
  const written = all.map((page) => {
    const { body } = splitTitle(page.markdown, page.path);
    const linked = rewriteLinks(page, body, { ...targets, onDead: (link) => dead.push(link) });
    const file = write(`${page.slug}${isFolder(page, all) ? "/index" : ""}.md`, {
      matter: {
        title: page.title,
        description: firstSentence(body),
        editUrl: `${repository}/edit/main/${page.path}`,
      },
      body: forSite(linked),
    });
    staged.add(file);
    return { ...page, body: linked };
  });
  if (dead.length > 0) {
    throw new Error(["links that lead nowhere:", ...dead].join("\n"));
  }
  staged.add(writeStartPage(targets));
  for (const { slug, title, about, markdown } of options.references.flatMap(({ pages }) => pages)) {
    const body = forSite(markdown).replaceAll("](/", `](${options.base}`);
    staged.add(write(`${slug}.md`, { matter: { title, description: about }, body }));
  }
  staged.add(writeReferences(options.references, options.base));
  removeOthers(staged);
  cpSync(join(root, "docs/images"), join(publicFolder, "images"), { recursive: true });
  writeLlms(publicFolder, { sections, written, options });
  const sidebar = sidebarOf(sections, options.references);
  writeIfChanged(
    join(generator, "site.json"),
    `${JSON.stringify({ sidebar, base: options.base, site: options.origin }, undefined, 2)}\n`,
  );
}

/** Returns whether a page has others below it, so that it is the index of a folder. */
function isFolder({ slug }: Page, all: readonly Page[]): boolean {
  return all.some((other) => other.slug.startsWith(`${slug}/`));
}

interface Content {
  readonly matter: Readonly<Record<string, unknown>>;
  readonly body: string;
}

function write(path: string, { matter, body }: Content): string {
  const lines = Object.entries(matter).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  const file = join(contentFolder, path);
  writeIfChanged(file, `---\n${lines.join("\n")}\n---\n\n${body.trim()}\n`);
  return file;
}

/** A server that watches the files then renews only what has changed. */
function writeIfChanged(file: string, text: string): void {
  if (!existsSync(file) || readFileSync(file, "utf8") !== text) {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
}

/** Removes pages that the project no longer has. */
function removeOthers(staged: ReadonlySet<string>): void {
  for (const path of globSync("**/*.md", { cwd: contentFolder })) {
    const file = join(contentFolder, path);
    if (!staged.has(file)) {
      rmSync(file);
    }
  }
}

/** Changes what GitHub shows in another way than the site. */
function forSite(markdown: string): string {
  const shown = splitParts(markdown)
    .map(({ isCode, text }) => (isCode && text.startsWith("```mermaid") ? asDetails(text) : text))
    .join("");
  return mapText(shown, (text) => boxTables(themePictures(text)));
}

/** A diagram as text, which only GitHub draws. */
function asDetails(text: string): string {
  const summary = "<summary>The same as text, for programs</summary>";
  return `<details>${summary}\n\n${text.replace("```mermaid", "```text")}\n\n</details>`;
}

/** A wide table scrolls in a box of its own, also with the keyboard. */
function boxTables(prose: string): string {
  return prose.replaceAll(/^(?:\|.*\|[ \t]*\n?)+$/gmu, (table) => {
    const [header = "", ...rows] = table.trimEnd().split("\n");
    const box = '<div class="table-box" role="group" aria-label="Table" tabindex="0">';
    return `${box}\n\n${[nameColumns(header), ...rows].join("\n")}\n\n</div>\n`;
  });
}

/** Gives columns without a title one for screen readers; a header without any is not shown. */
function nameColumns(header: string): string {
  const cells = header.split("|").slice(1, -1);
  if (cells.every((cell) => cell.trim() === "")) {
    return header;
  }
  const names = cells.map((cell, index) => {
    const name = index === 0 ? "what" : "more";
    return cell.trim() === "" ? ` <span class="sr-only">${name}</span> ` : cell;
  });
  return `|${names.join("|")}|`;
}

/** The theme of the site is chosen by a button too, not only by the system. */
function themePictures(prose: string): string {
  return prose.replaceAll(
    /<picture>\s*<source media="\(prefers-color-scheme: dark\)" srcset="([^"]+)">\s*<img src="([^"]+)" alt="([^"]*)"[^>]*>\s*<\/picture>/gu,
    (_, dark: string, light: string, alt: string) => {
      const rest = `alt="${alt}" ${sizeOf(light)} loading="lazy"`;
      return [
        `<img class="picture for-light" src="${light}" ${rest}>`,
        `<img class="picture for-dark" src="${dark}" ${rest}>`,
      ].join("\n");
    },
  );
}

/** Returns the size of a drawing, so that nothing moves when it arrives; "" for other pictures. */
function sizeOf(address: string): string {
  const file = join(root, "docs/images", basename(address));
  const text = file.endsWith(".svg") ? readFileSync(file, "utf8") : "";
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/u.exec(text) ?? [];
  return width === undefined ? "" : `width="${width}" height="${height}"`;
}

/** Writes the start page, with the tables that other pages mark. */
function writeStartPage(targets: Targets): string {
  const path = "apps/site/start-page.md";
  const source = readFileSync(join(root, path), "utf8");
  const [, matter = "", body = ""] = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/u.exec(source) ?? [];
  const page: Page = {
    path: "README.md",
    slug: "",
    title: "Stepwire",
    markdown: body,
    about: undefined,
  };
  const included = body.replaceAll(
    /^<!-- include (\S+)#([\w-]+) -->$/gmu,
    (_, file: string, name: string) => section(readFileSync(join(root, file), "utf8"), name),
  );
  const withCode = included.replaceAll(/^<!-- code (\S+) -->$/gmu, (_, file: string) =>
    firstCode(readFileSync(join(root, file), "utf8")),
  );
  const linkedMatter = matter.replaceAll("link: /", `link: ${targets.base}`);
  const text = forSite(rewriteLinks(page, withCode, targets));
  const file = join(contentFolder, "index.md");
  writeIfChanged(file, `---\n${linkedMatter}\n---\n${text}`);
  return file;
}

/** Returns the text between the marks of a section. */
function section(text: string, name: string): string {
  const [, content] = text.split(`<!-- ${name} -->`);
  const [found, rest] = content?.split(`<!-- /${name} -->`) ?? [];
  if (found === undefined || rest === undefined) {
    throw new Error(`there is no section ${name}`);
  }
  return found.trim();
}

/** Returns the first program of a page, which a test runs. */
function firstCode(text: string): string {
  const [, code] = /^```ts\n([\s\S]*?)\n```$/mu.exec(text) ?? [];
  if (code === undefined) {
    throw new Error("there is no block of TypeScript");
  }
  return code;
}

/** Writes the page that lists the API references, also those that were not built. */
function writeReferences(references: readonly Reference[], base: string): string {
  const rows = references.map(({ language, about, address, skipped }) =>
    skipped === undefined
      ? `| [${language}](/${address}) | ${about} |`
      : `| ${language} | not in this build: ${skipped} |`,
  );
  const body = [
    "Generated from the comments in the sources when this site was built.",
    ["| API | what it has |", "|---|---|", ...rows].join("\n"),
    `[In each language](/languages/) lists the same names side by side.`,
  ].join("\n\n");
  const about = "The API references of all languages, and of the schema.";
  return write("reference.md", {
    matter: { title: "API references", description: about },
    body: forSite(body).replaceAll("](/", `](${base}`),
  });
}

/** An entry of Starlight's sidebar. */
type SidebarItem =
  | { readonly label: string; readonly slug: string }
  | { readonly label: string; readonly link: string }
  | { readonly label: string; readonly collapsed?: boolean; readonly items: SidebarItem[] };

function sidebarOf(sections: readonly Section[], references: readonly Reference[]): SidebarItem[] {
  return sections.map(({ name, pages }) => {
    const below = (folder: string): Page[] => pages.filter(({ path }) => path.startsWith(folder));
    const [packages, examples] = [below("packages/"), below("examples/")];
    const others = pages.filter((page) => !packages.includes(page) && !examples.includes(page));
    return {
      label: name,
      items: [
        ...others.map((page) => itemOf(page)),
        ...(examples.length > 0 ? [group("Example programs", examples)] : []),
        ...(packages.length > 0
          ? [...referenceItems(references), group("Package by package", packages)]
          : []),
      ],
    };
  });
}

function itemOf({ title, slug }: Page): SidebarItem {
  return { label: slug === "tutorials" ? "All tutorials" : title, slug };
}

function group(label: string, pages: readonly Page[]): SidebarItem {
  return { label, collapsed: true, items: pages.map((page) => itemOf(page)) };
}

function referenceItems(references: readonly Reference[]): SidebarItem[] {
  return [
    { label: "API references", slug: "reference" },
    ...references
      .filter(({ skipped }) => skipped === undefined)
      .map(({ language, address }) => ({ label: `${language}: API`, link: `/${address}` })),
  ];
}
