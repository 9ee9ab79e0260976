/*
 * Writes pictures of every view of the page, light, dark and narrow, to a folder, to look at them.
 * Usage: pnpm --filter @stepwire/demo review [folder]
 */
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Browser } from "playwright-core";
import { views } from "./views.js";
import { withPage } from "./with-page.js";

const looks = [
  { name: "light", colorScheme: "light", viewport: { width: 1280, height: 900 } },
  { name: "dark", colorScheme: "dark", viewport: { width: 1280, height: 900 } },
  { name: "narrow", colorScheme: "light", viewport: { width: 390, height: 844 } },
] as const;

const folder = resolve(process.argv[2] ?? "dist/review");

async function review(browser: Browser, address: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  for (const { name: look, ...options } of looks) {
    const page = await browser.newPage({ ...options, reducedMotion: "reduce" });
    await page.goto(address);
    await page.locator(".verdict.equal").waitFor();
    for (const { name, show } of views) {
      await show(page);
      await page.mouse.move(0, 0);
      // The whole page, because a narrow one is long.
      await page.screenshot({ path: join(folder, `${name}-${look}.png`), fullPage: true });
    }
    await page.close();
  }
  console.log(`${folder}: ${looks.length * views.length} pictures`);
}

await withPage(review);
