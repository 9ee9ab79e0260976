import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { firstSentence } from "./markdown.ts";
import type { Page, Section } from "./pages.ts";

/** A page with the links of the site. */
interface WrittenPage extends Page {
  readonly body: string;
}

interface Site {
  readonly sections: readonly Section[];
  readonly written: readonly WrittenPage[];
  readonly options: { readonly base: string; readonly origin: string | undefined };
}

/**
 * Writes `llms.txt`, the list of pages as llmstxt.org describes it, and `llms-full.txt` with the
 * text of all pages. Without an origin, the addresses are paths.
 */
export function writeLlms(folder: string, { sections, written, options }: Site): void {
  const bodies = new Map(written.map((page) => [page.path, page.body]));
  const address = ({ slug }: Page): string => `${options.origin ?? ""}${options.base}${slug}/`;
  const about = (page: Page): string =>
    page.about?.replaceAll(/\[([^\]]*)\]\([^)]*\)/gu, "$1") ??
    firstSentence(bodies.get(page.path) ?? "");
  const lists = sections.map(({ name, pages }) =>
    [
      `## ${name}`,
      "",
      ...pages.map((page) => `- [${page.title}](${address(page)}): ${about(page)}`),
    ].join("\n"),
  );
  const head = [
    "# Stepwire",
    "",
    "> OpenAI's JSON (Assistants, Chat Completions, Responses) as Protobuf, lossless both ways, with",
    "> packages for TypeScript, Python, Go, Rust and Java that write the same bytes.",
  ].join("\n");
  writeFileSync(join(folder, "llms.txt"), `${[head, ...lists].join("\n\n")}\n`);
  const texts = sections.flatMap(({ pages }) =>
    pages.map(
      (page) =>
        `# ${page.title}\n\nSource: ${address(page)}\n\n${(bodies.get(page.path) ?? "").trim()}\n`,
    ),
  );
  writeFileSync(join(folder, "llms-full.txt"), `${head}\n\n${texts.join("\n")}`);
}
