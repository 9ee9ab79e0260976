import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { longestTaskOf } from "../support/main-thread.js";
import { describeInBrowser } from "../support/page.js";

/** Size of the files; LARGE_FILE_TESTS=1 makes them so large that the tests take a minute. */
const BYTES = process.env["LARGE_FILE_TESTS"] === "1" ? 50_000_000 : 20_000_000;
const LONGEST_TASK = 100;

const sample = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../../../samples/${name}`, import.meta.url)), "utf8");

/** A text over and over, until it has about as many bytes as a large file. */
function repeat(text: string, separator = ""): string {
  const count = Math.ceil(BYTES / Buffer.byteLength(text + separator));
  return Array(count).fill(text).join(separator);
}

interface LargeFile {
  readonly name: string;
  text(): string;
  /** The expected description. */
  readonly input: string;
  /** The expected text of the inspector for one of the first bytes. */
  readonly inspected: string;
}

const step = (): string => JSON.stringify(JSON.parse(sample("all-tools.json")));

const files: readonly LargeFile[] = [
  {
    name: "large.json",
    text: () =>
      `{"object":"list","data":[${repeat(step(), ",")}],"first_id":"step_sample_tools","last_id":"step_sample_tools","has_more":false}`,
    input: "run step list",
    inspected: "data[0]",
  },
  {
    name: "large.jsonl",
    text: () => repeat(`${step()}\n`),
    input: "documents",
    inspected: "run_step",
  },
  {
    name: "large.sse",
    text: () => repeat(sample("stream.sse")),
    input: "events",
    inspected: "run_step_created",
  },
];

let folder = "";
const place = (name: string): string => join(folder, name);

describeInBrowser(`a file of ${BYTES / 1e6} MB`, (open) => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "stepwire-demo-"));
    for (const { name, text } of files) {
      writeFileSync(place(name), text());
    }
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  // Memory that other work takes away can still hold a task up; hence the further tries.
  it.each(files)(
    "is converted while the page stays responsive: $name",
    { retry: 2 },
    async ({ name, input, inspected }) => {
      const page = await open();
      const { processor, clock } = await longestTaskOf(page, async () => {
        await dropFile(page, place(name));
        await page.locator(".progress progress").waitFor();
        await page.locator(".verdict.equal", { hasText: "MB" }).waitFor({ timeout: 100_000 });
        await page.locator('.byte[data-offset="40"]').hover();
      });
      const verdict = await page.locator(".verdict").textContent();
      console.log(`${name}: ${verdict}; longest task ${processor} ms, by the clock ${clock} ms`);
      expect(processor).toBeLessThan(LONGEST_TASK);
      expect(verdict).toContain(input);
      expect(await page.locator("textarea").inputValue()).not.toBe("");
      expect(await page.locator(".inspector").textContent()).toContain(inspected);
    },
  );

  it("can be cancelled", async () => {
    const page = await open();
    const before = await page.locator("textarea").inputValue();
    await dropFile(page, place("large.json"));
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.locator(".verdict.equal", { hasText: "702 bytes" }).waitFor();
    expect(await page.locator(".progress").count()).toBe(0);
    expect(await page.locator("textarea").inputValue()).toBe(before);
  });

  it("is measured while the page shows how far that is, and the measuring can be cancelled", {
    retry: 2,
  }, async () => {
    const page = await open();
    await page.getByRole("tab", { name: "Sizes" }).click();
    await cancelWhenShown(page, "gzip");
    await dropFile(page, place("large.json"));
    await page.getByText("Measuring was cancelled").waitFor({ timeout: 100_000 });
    const verdict = await page.locator(".verdict.equal", { hasText: "MB" }).textContent();
    const { processor } = await longestTaskOf(page, async () => {
      await page.getByRole("button", { name: "Measure again" }).click();
      await page.locator(".bars tbody tr").first().waitFor({ timeout: 100_000 });
    });
    expect(await page.locator(".progress").count()).toBe(0);
    expect(await page.locator(".verdict").textContent()).toBe(verdict);
    expect(processor).toBeLessThan(LONGEST_TASK);
    const json = await page.locator(".bars .bar-bytes").first().textContent();
    expect(Number(json?.replaceAll(",", ""))).toBeGreaterThanOrEqual(BYTES);
  });
});

/** A drag from outside the browser. */
async function dropFile(page: Page, path: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await session.send("Input.dispatchDragEvent", { type, x: 300, y: 500, data });
  }
}

/** Clicks "Cancel" as soon as the page shows a stage, which may last for milliseconds only. */
async function cancelWhenShown(page: Page, stage: string): Promise<void> {
  await page.evaluate((wanted) => {
    const observer = new MutationObserver(() => {
      for (const progress of document.querySelectorAll(".progress")) {
        if (progress.textContent.includes(wanted)) {
          observer.disconnect();
          progress.querySelector("button")?.click();
        }
      }
    });
    observer.observe(document, { subtree: true, childList: true, characterData: true });
  }, stage);
}
