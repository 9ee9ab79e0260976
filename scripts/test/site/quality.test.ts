import { type Browser, type BrowserContextOptions, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { findBarriers } from "../../../apps/demo/test/support/axe.ts";
import { findChromium } from "../../../apps/demo/test/support/chromium.ts";
import { measurePage, type Scores } from "./support/lighthouse.ts";
import { type StaticHost, startStaticHost } from "./support/static-host.ts";

const executablePath = findChromium();
const isMissing = executablePath === undefined;
if (isMissing) {
  const reason = "Chromium is not installed";
  console.log(`SKIPPED: the quality of the site: ${reason}`);
  test.skipIf(process.env["CI"] !== "true")(reason, () => {
    expect.fail(`${reason}; CI needs it`);
  });
}

/** The start page, a page with code, and one with wide tables. */
const addresses = ["/", "/start/", "/why/"];
const views: readonly [name: string, options: BrowserContextOptions][] = [
  ["light", { colorScheme: "light", viewport: { width: 1280, height: 900 } }],
  ["dark", { colorScheme: "dark", viewport: { width: 1280, height: 900 } }],
  ["light, 390 px", { colorScheme: "light", viewport: { width: 390, height: 844 } }],
  ["dark, 390 px", { colorScheme: "dark", viewport: { width: 390, height: 844 } }],
];

/** What a page may send over the network, with its search box; compressed. */
const MAX_BYTES = 150_000;
const MAX_REQUESTS = 25;

describe.skipIf(isMissing)("issue 19: the quality of the site", { timeout: 180_000 }, () => {
  let host: StaticHost;
  let browser: Browser;

  beforeAll(async () => {
    host = await startStaticHost();
    browser = await chromium.launch({
      executablePath: executablePath ?? "",
      args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"],
    });
  }, 60_000);

  afterAll(async () => {
    await browser?.close();
    host?.close();
  });

  test.each(addresses)("Lighthouse of %s", async (address) => {
    const scores = await bestScores(`${host.address}${address}`);
    console.log(`Lighthouse of ${address}: ${describeScores(scores)}`);
    expect(scores.complaints).toEqual([]);
    expect(scores.accessibility).toBe(1);
    expect(scores.bestPractices).toBe(1);
    // None of these depends on how busy the machine is. The score of performance does, so it is the
    // best of some attempts.
    expect(scores.shift).toBeLessThan(0.02);
    expect(scores.bytes).toBeLessThan(MAX_BYTES);
    expect(scores.requests).toBeLessThanOrEqual(MAX_REQUESTS);
    expect(scores.performance).toBeGreaterThanOrEqual(0.9);
  });

  for (const [name, options] of views) {
    test.each(addresses)(`no barrier and nothing too wide: ${name}, %s`, async (address) => {
      const context = await browser.newContext({ ...options, bypassCSP: true });
      try {
        const page = await context.newPage();
        await page.goto(`${host.address}${address}`);
        expect(await findBarriers(page, "all")).toEqual([]);
        const tooWide = await page.evaluate<number>(
          "document.documentElement.scrollWidth - innerWidth",
        );
        expect(tooWide).toBeLessThanOrEqual(0);
      } finally {
        await context.close();
      }
    });
  }

  test("the search finds a page without a server", async () => {
    const context = await browser.newContext();
    try {
      const page = await context.newPage();
      await page.goto(`${host.address}/`);
      await page.locator("button[data-open-modal]").click();
      await page.locator(".pagefind-ui__search-input").fill("residue");
      const result = page.locator(".pagefind-ui__result-link").first();
      await result.waitFor();
      await result.click();
      await page.waitForURL((url) => url.pathname !== "/");
      expect(await page.locator("main").textContent()).toMatch(/residue/iu);
    } finally {
      await context.close();
    }
  });
});

/** Measures a page until it is fast, at most three times. Returns the best attempt. */
async function bestScores(url: string): Promise<Scores> {
  let best = await measurePage(url, executablePath ?? "");
  for (let attempt = 2; attempt <= 3 && best.performance < 0.9; attempt++) {
    const next = await measurePage(url, executablePath ?? "");
    best = next.performance > best.performance ? next : best;
  }
  return best;
}

function describeScores({ performance, accessibility, bestPractices, ...rest }: Scores): string {
  const percent = (score: number): string => `${Math.round(100 * score)}`;
  return [
    `performance ${percent(performance)}`,
    `accessibility ${percent(accessibility)}`,
    `best practices ${percent(bestPractices)}`,
    `${Math.round(rest.bytes / 1000)} kB in ${rest.requests} requests`,
    `shift ${rest.shift.toFixed(3)}`,
  ].join(", ");
}
