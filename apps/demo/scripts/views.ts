import type { Page } from "playwright-core";
import { binaryOf, sampleText } from "../test/support/binary.js";

/** A state of the page that is worth looking at. */
export interface View {
  readonly name: string;
  show(page: Page): Promise<void>;
}

/** Picks a sample, and waits until it is converted. */
export async function pickSample(page: Page, name: string): Promise<void> {
  await page.locator(".toolbar select").selectOption(name);
  await page.locator(".verdict.equal").waitFor();
}

async function showTab(page: Page, name: string): Promise<void> {
  await page.getByRole("tab", { name, exact: true }).click();
}

async function enter(page: Page, text: string): Promise<void> {
  await page.locator("textarea").fill(text);
  await page.locator(".verdict.refused").waitFor();
}

async function choose(page: Page, name: string, bytes: readonly number[] | Buffer): Promise<void> {
  await page
    .getByLabel("Open a file")
    .setInputFiles({ name, mimeType: "application/octet-stream", buffer: Buffer.from(bytes) });
}

/** Every state of the page, in the order in which they follow from each other. */
export const views: readonly View[] = [
  {
    name: "round-trip",
    async show(page) {
      await pickSample(page, "all-tools.json");
      await page.locator('.byte[aria-label$="value of thread_id"]').nth(6).hover();
    },
  },
  {
    name: "respelled",
    async show(page) {
      const text = await page.locator("textarea").inputValue();
      await page.locator("textarea").fill(text.replace("1788300010", "1.78830001e9"));
      await page.locator(".row.added").first().waitFor();
    },
  },
  {
    name: "residue",
    async show(page) {
      await pickSample(page, "foreign-tool.json");
      await page.getByRole("tab", { name: /^Residue/ }).click();
    },
  },
  {
    name: "violations",
    async show(page) {
      await page.locator('input[value="strict"]').check({ force: true });
      await page.locator(".verdict.refused").waitFor();
      await page.getByRole("tab", { name: /^Violations/ }).click();
    },
  },
  {
    name: "bad-json",
    async show(page) {
      await page.locator('input[value="preserve"]').check({ force: true });
      await enter(
        page,
        '{\n  "id": "step_1",\n  "object": "thread.run.step"\n  "status": "completed"\n}',
      );
    },
  },
  {
    name: "empty",
    async show(page) {
      await page.locator("textarea").fill("");
      await page.getByText("No document", { exact: true }).waitFor();
    },
  },
  {
    name: "spelled-bytes",
    show: (page) => enter(page, "0a 06 73 74 65 70 5f 31 10 80 93 dd d4 06"),
  },
  {
    name: "read-bytes",
    async show(page) {
      await page.getByRole("button", { name: "Read it as bytes" }).click();
      await page.getByText("bytes from hex").waitFor();
    },
  },
  {
    name: "unreadable",
    async show(page) {
      await choose(page, "noise.bin", [0xff, 0xff, 0xff, 1, 2, 3]);
      await page.getByText("Not read").waitFor();
    },
  },
  {
    name: "archive",
    async show(page) {
      await choose(page, "deltas.archive", await binaryOf(sampleText("deltas.jsonl")));
      await page.getByLabel("Document of the archive").waitFor();
    },
  },
  {
    name: "sizes",
    async show(page) {
      await pickSample(page, "all-tools.json");
      await showTab(page, "Sizes");
      await page.locator(".bars").waitFor();
    },
  },
  {
    name: "stream-sample",
    async show(page) {
      await showTab(page, "Stream");
      await page.getByLabel("Event 0 of 52").fill("30");
      await page.locator(".step").waitFor();
    },
  },
  {
    name: "stream",
    async show(page) {
      await pickSample(page, "chat/stream.sse");
      await page.getByLabel("Event 0 of 13").fill("9");
      await page.locator(".step").waitFor();
    },
  },
  { name: "use-it", show: (page) => showTab(page, "Use it") },
];
