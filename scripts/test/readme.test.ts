import { existsSync, globSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { measureLosses, staleLosses } from "../../packages/bench/src/losses/table.ts";
import { measureWays, staleWays } from "../../packages/bench/src/losses/ways-table.ts";
import { measureRows } from "../../packages/bench/src/sizes/rows.ts";
import { staleRows } from "../../packages/bench/src/sizes/section.ts";
import { measureStreams, missingFolders } from "../../packages/bench/src/streams/rows.ts";
import { staleStreamRows } from "../../packages/bench/src/streams/table.ts";
import { root } from "../library/command.ts";
import { runDemo, runSnippet } from "../library/demo-output.ts";
import { readCode, readReadme, readSection, sizesFile, whyFile } from "../library/readme.ts";
import { readSources, writeExtracts } from "../library/readme-extracts.ts";

test("the example runs and gives back every value", async () => {
  const code = readCode(readReadme(), "ts");
  const output = await runSnippet(code, join(root, "packages/openai-json"));
  const [json = "", ...residue] = output.split("\n");
  expect(json).toBe(
    '{"id":"step_1","object":"thread.run.step.delta","delta":{"step_details":{"type":"tool_calls",' +
      '"tool_calls":[{"index":0,"type":"browser","browser":{"tab":12345678901234567890}}]}}}',
  );
  expect(residue.join("\n")).toContain("/delta/step_details/tool_calls/0/browser");
});

test("the extracts are as in their sources (write them with `pnpm readme`)", async () => {
  const readme = readReadme();
  expect(writeExtracts(readme, readSources(await runDemo()))).toBe(readme);
});

test("issue 16: what others lose is what is measured (write it with `pnpm size-table`)", () => {
  expect(staleLosses(readSection(readReadme(), "losses"), measureLosses())).toEqual([]);
});

test("issue 19: the tables of docs/why.md are what is measured (write them with `pnpm size-table`)", () => {
  const why = readFileSync(whyFile, "utf8");
  const tables = { losses: readSection(why, "ways-losses"), sizes: readSection(why, "ways-sizes") };
  expect(staleWays(tables, measureWays())).toEqual([]);
});

test("issue 16: the README names the oldest versions that the packages run on", () => {
  const readme = readReadme();
  const read = (path: string): string => readFileSync(join(root, "packages", path), "utf8");
  const oldestOf = (path: string, pattern: RegExp): string => pattern.exec(read(path))?.[1] ?? "?";
  const node = /"node": ">=([\d.]+)"/;
  const library = oldestOf("openai-json/package.json", node);
  const connect = oldestOf("connect/package.json", node);
  const command = oldestOf("cli/package.json", node);
  expect(readme).toContain(
    `Node ${library} and newer (\`@stepwire/connect\` and \`@stepwire/handler\` ${connect}, ` +
      `\`@stepwire/parquet\` and the command ${command})`,
  );
  expect(oldestOf("handler/package.json", node)).toBe(connect);
  expect(oldestOf("parquet/package.json", node)).toBe(command);
  const languages = [
    ["Python", oldestOf("stepwire-py/pyproject.toml", /requires-python = ">=(.*)"/)],
    ["Rust", oldestOf("stepwire-rs/Cargo.toml", /rust-version = "(.*)"/)],
    ["Go", oldestOf("stepwire-go/go.mod", /^go (\d+\.\d+)/m)],
    ["Java", oldestOf("stepwire-java/pom.xml", /<maven\.compiler\.release>(.*)</)],
  ];
  const line = readme.replaceAll("\n", " ");
  expect(line).toContain(`${languages.map((each) => each.join(" ")).join(", ")} and newer`);
});

test("issue 16: the README has two screens", () => {
  const shown = readReadme()
    .split("\n")
    .filter((line) => !line.startsWith("<!--"));
  expect(shown.length).toBeLessThanOrEqual(110);
});

test("issue 16: every page of docs is in its index, and no other", () => {
  const pages = globSync("*.md", { cwd: join(root, "docs") });
  const index = readFileSync(join(root, "docs/README.md"), "utf8");
  const linked = [...index.matchAll(/^\| \[[^\]]+\]\(([\w-]+\.md)\)/gm)].map(([, page]) => page);
  expect(linked.sort()).toEqual(pages.filter((name) => name !== "README.md").sort());
});

test("issue 16: every link to a file in the README and in docs leads to one", () => {
  const pages = [
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    ...globSync("{docs,examples}/**/*.md", { cwd: root, exclude: ["**/node_modules/**"] }),
  ];
  const broken = pages.flatMap((page) =>
    linksOf(readFileSync(join(root, page), "utf8"))
      .filter((link) => !leadsSomewhere(page, link))
      .map((link) => `${page}: ${link}`),
  );
  expect(broken).toEqual([]);
});

/** The targets of links and pictures that are not addresses. */
function linksOf(text: string): string[] {
  const prose = text.replaceAll(/^```[\s\S]*?^```/gm, "").replaceAll(/`[^`\n]*`/g, "");
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g)];
  return links
    .map(([, link, picture]) => link ?? picture ?? "")
    .filter((link) => !/^[a-z]+:/.test(link));
}

function leadsSomewhere(from: string, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const file = path === "" ? join(root, from) : join(root, dirname(from), path);
  if (!existsSync(file) || anchor === undefined) {
    return existsSync(file);
  }
  // A folder shows its README.
  const page = statSync(file).isDirectory() ? join(file, "README.md") : file;
  const headings = readFileSync(page, "utf8").matchAll(/^#+ (.*)$/gm);
  return [...headings].some(([, heading = ""]) => anchorOf(heading) === anchor);
}

/** Returns the anchor that GitHub gives a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .replaceAll(" ", "-");
}

const skipped = missingFolders(root);

// Everything is compressed in several ways, each time event by event.
const timeout = 180_000;

test("the stream tables are what is measured (write them with `pnpm size-table`)", {
  timeout,
}, async () => {
  const page = readFileSync(sizesFile, "utf8");
  const tables = {
    streams: readSection(page, "stream-table"),
    formats: readSection(page, "format-table"),
    types: readSection(page, "event-table"),
  };
  expect(staleStreamRows(tables, await measureStreams(root))).toEqual([]);
});

if (skipped.length > 0) {
  const reason = `skipped: without ${skipped.join(", ")}, their rows are not checked`;
  console.log(`the stream tables: ${reason}`);
  test.skip(reason, () => {});
}

test("the size table is what is measured (write it with `pnpm size-table`)", { timeout }, () => {
  const rows = measureRows(root);
  expect(staleRows(readSection(readFileSync(sizesFile, "utf8"), "size-table"), rows)).toEqual([]);
});
