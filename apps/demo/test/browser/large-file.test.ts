import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeInBrowser } from "../support/page.js";

const BYTES = 50_000_000;
const LONGEST_TASK = 100;

let folder = "";
let file = "";

/** A list of the sample's steps, over and over. */
function writeLargeFile(path: string): void {
  const samples = fileURLToPath(new URL("../../../../samples/all-tools.json", import.meta.url));
  const step = JSON.stringify(JSON.parse(readFileSync(samples, "utf8")));
  const count = Math.ceil(BYTES / (Buffer.byteLength(step) + 1));
  const list = `{"object":"list","data":[${Array(count).fill(step).join(",")}],"first_id":"step_sample_tools","last_id":"step_sample_tools","has_more":false}`;
  writeFileSync(path, list);
}

describeInBrowser("a file of 50 MB", (open) => {
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "stepwire-demo-"));
    file = join(folder, "large.json");
    writeLargeFile(file);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  // On a machine with other work, a task can be slow because its thread had to wait.
  it("is converted while the page stays responsive", { retry: 2 }, async () => {
    const page = await open();
    await startMonitor(page);
    await dropFile(page, file);
    await page.locator(".progress progress").waitFor();
    await page.locator(".verdict.equal", { hasText: "MB" }).waitFor({ timeout: 40_000 });
    await page.locator('.byte[data-offset="40"]').hover();
    const { longestGap, longestTask } = await readMonitor(page);
    const verdict = await page.locator(".verdict").textContent();
    console.log(`50 MB: ${verdict}; longest gap ${longestGap} ms, longest task ${longestTask} ms`);
    expect(longestTask).toBeLessThan(LONGEST_TASK);
    expect(await page.locator("textarea").inputValue()).toMatch(/^\{\n {2}"object": "list"/);
    expect(await page.locator(".inspector").textContent()).toContain("data[0]");
  });

  it("can be cancelled", async () => {
    const page = await open();
    const before = await page.locator("textarea").inputValue();
    await dropFile(page, file);
    await page.getByRole("button", { name: "Cancel" }).click();
    await page.locator(".verdict.equal", { hasText: "702 bytes" }).waitFor();
    expect(await page.locator(".progress").count()).toBe(0);
    expect(await page.locator("textarea").inputValue()).toBe(before);
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

interface Monitor {
  longestGap: number;
  longestTask: number;
}

declare global {
  /** Set in the page by the test. */
  var monitor: Monitor | undefined;
}

/** Watches the main thread from inside: for late timers and for long tasks. */
async function startMonitor(page: Page): Promise<void> {
  await page.evaluate(() => {
    const monitor: Monitor = { longestGap: 0, longestTask: 0 };
    globalThis.monitor = monitor;
    let last = performance.now();
    setInterval(() => {
      const now = performance.now();
      monitor.longestGap = Math.max(monitor.longestGap, Math.round(now - last));
      last = now;
    }, 5);
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) {
        monitor.longestTask = Math.max(monitor.longestTask, Math.round(duration));
      }
    }).observe({ type: "longtask" });
  });
}

async function readMonitor(page: Page): Promise<Monitor> {
  return (await page.evaluate(() => globalThis.monitor)) ?? { longestGap: 0, longestTask: 0 };
}
