/*
 * Writes docs/images/*.png, the pictures in the README: the page as a reader sees it.
 */
import { mkdirSync } from "node:fs";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { pickSample } from "./views.js";
import { withPage } from "./with-page.js";

interface Picture {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly colorScheme: "light" | "dark";
  show(page: Page): Promise<void>;
}

const pictures: readonly Picture[] = [
  {
    name: "round-trip",
    width: 1280,
    height: 800,
    colorScheme: "light",
    async show(page) {
      await pickSample(page, "all-tools.json");
      await page.locator('.byte[aria-label$="value of thread_id"]').nth(6).hover();
    },
  },
  {
    name: "stream",
    width: 1280,
    height: 800,
    colorScheme: "light",
    async show(page) {
      await pickSample(page, "stream.sse");
      await page.getByRole("tab", { name: "Stream" }).click();
      await page.getByLabel("Event 0 of 52").fill("20");
      await page.getByText("Event 21 of 52").waitFor();
      await page.getByRole("button", { name: "Next event" }).click();
      await page.getByText("Event 22 of 52").waitFor();
    },
  },
  {
    name: "dark",
    width: 1280,
    height: 940,
    colorScheme: "dark",
    async show(page) {
      await pickSample(page, "foreign-tool.json");
      await page.getByRole("tab", { name: "Residue 4" }).click();
      await page.locator(".entries li", { hasText: "/kitchen_scale" }).hover();
    },
  },
  {
    name: "narrow",
    width: 390,
    height: 844,
    colorScheme: "light",
    async show(page) {
      await pickSample(page, "message.json");
      await page.locator(".verdict").evaluate((element) => {
        scrollTo(0, element.getBoundingClientRect().top - 12);
      });
      await page.locator('.byte[aria-label$="value of run_id"]').nth(4).hover();
    },
  },
];

async function take(
  browser: Browser,
  address: string,
  { name, width, height, colorScheme, show }: Picture,
): Promise<void> {
  const page = await browser.newPage({
    viewport: { width, height },
    colorScheme,
    // Otherwise, a stream would play at once.
    reducedMotion: "reduce",
  });
  await page.goto(address);
  await page.locator(".verdict.equal").waitFor();
  await show(page);
  // What moves has come to rest by then.
  await page.waitForTimeout(500);
  const path = `${folder}/${name}.png`;
  const picture = await page.screenshot({ path });
  await page.close();
  console.log(`${relative(process.cwd(), path)}: ${picture.length} bytes`);
}

const folder = fileURLToPath(new URL("../../../docs/images", import.meta.url));
mkdirSync(folder, { recursive: true });
await withPage(async (browser, address) => {
  for (const picture of pictures) {
    await take(browser, address, picture);
  }
});
