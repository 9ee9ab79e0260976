import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { root } from "../library/command.ts";
import { resolve } from "../library/site/links.ts";
import { writeLlms } from "../library/site/llms.ts";
import { anchorsOf, firstSentence, mapProse } from "../library/site/markdown.ts";
import { type Page, readIndex, readSections, slugOf } from "../library/site/pages.ts";

const sections = readSections();
const all = sections.flatMap(({ pages }) => pages);
const pages = new Map(all.map((page) => [page.path, page]));
const page = (path: string): Page => {
  const found = pages.get(path);
  if (found === undefined) {
    throw new Error(`no page ${path}`);
  }
  return found;
};

describe("issue 19: the links of the docs site", () => {
  const link = (path: string, target: string): string =>
    resolve(page(path), target, { pages, base: "/docs/" });

  test("lead to pages of the site, to pictures, and else to the source on the web", () => {
    expect(link("docs/why.md", "sizes.md#documents")).toBe("/docs/sizes/#documents");
    expect(link("docs/why.md", "../packages/wire")).toBe("/docs/packages/wire/");
    expect(link("docs/why.md", "tutorials/README.md")).toBe("/docs/tutorials/");
    expect(link("docs/tutorials/README.md", "../start.md")).toBe("/docs/start/");
    expect(link("docs/why.md", "#what-each-loses")).toBe("/docs/why/#what-each-loses");
    expect(link("docs/why.md", "images/dark.png")).toBe("/docs/images/dark.png");
    expect(link("docs/why.md", "../README.md")).toBe("/docs/");
    const web = "https://github.com/stepwire/stepwire";
    expect(link("docs/why.md", "../buf.yaml")).toBe(`${web}/blob/main/buf.yaml`);
    expect(link("docs/why.md", "../proto/stepwire")).toBe(`${web}/tree/main/proto/stepwire`);
    expect(link("packages/wire/README.md", `${web}/blob/main/docs/sizes.md#events`)).toBe(
      "/docs/sizes/#events",
    );
    expect(link("docs/why.md", "https://example.com/a.md")).toBe("https://example.com/a.md");
  });

  test("are errors if they lead to no file or heading", () => {
    expect(() => link("docs/why.md", "nothing.md")).toThrow("docs/why.md: nothing.md: there is no");
    expect(() => link("docs/why.md", "sizes.md#nothing")).toThrow("docs/sizes.md has no such head");
  });

  test("in code stay as they are", () => {
    const text = "[`a`](b) `[c](d)`\n\n```md\n[e](f)\n```\n";
    expect(mapProse(text, (piece) => piece.replaceAll(/\]\(\w\)/gu, "](x)"))).toBe(
      "[`a`](x) `[c](d)`\n\n```md\n[e](f)\n```\n",
    );
  });
});

describe("issue 19: the pages of the docs site", () => {
  test("are in the sections of the index, with those that it does not list", () => {
    expect(sections.map(({ name }) => name)).toEqual([
      "Start",
      "Tutorials",
      "Guides",
      "Formats",
      "Figures",
      "Reference",
      "Project",
    ]);
    expect(sections[0]?.pages[0]?.path).toBe("docs/start.md");
    // The index has no READMEs of packages.
    const reference = sections.find(({ name }) => name === "Reference")?.pages ?? [];
    expect(reference.map(({ path }) => path)).toContain("packages/stepwire-go/README.md");
    expect(new Set(all.map(({ slug }) => slug)).size).toBe(all.length);
  });

  test("the index is a table with sections in bold", () => {
    expect(readIndex("| **A** | |\n| [b](b.md) | c |\n| [d](../D.md) | |\n")).toEqual([
      {
        name: "A",
        rows: [
          { path: "docs/b.md", about: "c" },
          { path: "D.md", about: "" },
        ],
      },
    ]);
    expect(() => readIndex("no table")).toThrow("expected a table with sections in bold");
  });

  test("the index of the examples has each of their folders", () => {
    const index = readFileSync(join(root, "examples/README.md"), "utf8");
    const listed = [...index.matchAll(/^\| \[[^\]]+\]\(([\w-]+)\)/gmu)].map(([, name]) => name);
    const folders = readdirSync(join(root, "examples"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(listed.sort()).toEqual(folders.sort());
  });

  test("have addresses, anchors and descriptions", () => {
    expect(slugOf("docs/tutorials/README.md")).toBe("tutorials");
    expect(slugOf("apps/gateway/README.md")).toBe("gateway");
    expect(slugOf("SECURITY.md")).toBe("security");
    expect([...anchorsOf("# A `b` c\n## A b c\n```\n# no\n```\n## [Ünits](x) (ms)\n")]).toEqual([
      "a-b-c",
      "a-b-c-1",
      "ünits-ms",
    ]);
    expect(firstSentence("<!-- a -->\n\nThe `first` [one](x). The second.\n")).toBe(
      "The first one.",
    );
  });
});

describe("llms.txt", () => {
  const write = (origin: string | undefined): string => {
    const folder = mkdtempSync(join(tmpdir(), "stepwire-llms-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const written = all.map((each) => ({ ...each, body: each.markdown }));
    writeLlms(folder, { sections, written, options: { base: "/docs/", origin } });
    return readFileSync(join(folder, "llms.txt"), "utf8");
  };

  test("has the addresses of the origin that is given", () => {
    expect(write("https://example.com")).toContain("](https://example.com/docs/start/): ");
  });

  test("has paths if no origin is given", () => {
    expect(write(undefined)).toContain("](/docs/start/): ");
  });
});
