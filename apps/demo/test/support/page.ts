import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject } from "vitest";

/** Opens the page in a new window. */
export type OpenPage = (options?: PageOptions) => Promise<Page>;

/** How the page is opened. */
export interface PageOptions extends BrowserContextOptions {
  /** The part after the address. */
  readonly fragment?: string;
  /** Messages that the console may have, because the test causes them. */
  readonly provokes?: RegExp;
  /** Whether to wait for the first round trip. */
  readonly waits?: boolean;
}

/**
 * Tests in Chromium. Whatever they do, the page must neither report an error, nor
 * break its own policy, nor ask anybody but its own host for anything.
 */
export function describeInBrowser(name: string, tests: (open: OpenPage) => void): void {
  const address = inject("pageAddress");
  describe.skipIf(address === "")(name, () => {
    const problems: string[] = [];
    const pages: Page[] = [];
    let browser: Browser;
    let shared: BrowserContext | undefined;
    beforeAll(async () => {
      browser = await chromium.connect(inject("browserAddress"));
    });
    afterAll(() => browser?.close());
    afterEach(async () => {
      await Promise.all(pages.splice(0).map(closePage));
      expect(problems.splice(0)).toEqual([]);
    });
    const closePage = (page: Page): Promise<void> =>
      page.context() === shared ? page.close() : page.context().close();
    const newContext = (options: BrowserContextOptions): Promise<BrowserContext> =>
      browser.newContext({
        viewport: { width: 1440, height: 960 },
        reducedMotion: "reduce",
        ...options,
      });
    tests(async ({ fragment = "", waits = true, provokes, ...options } = {}) => {
      // Most tests can do with one context, which loads the page from its cache.
      shared ??= await newContext({});
      const isSpecial = Object.keys(options).length > 0;
      const page = await (isSpecial ? await newContext(options) : shared).newPage();
      pages.push(page);
      page.setDefaultTimeout(30_000);
      watch(page, address, (problem) => {
        if (provokes?.test(problem) !== true) {
          problems.push(problem);
        }
      });
      await page.goto(address + fragment);
      if (waits) {
        await page.locator(".verdict.equal, .verdict.refused").waitFor();
      }
      return page;
    });
  });
}

function watch(page: Page, address: string, report: (problem: string) => void): void {
  const { origin } = new URL(address);
  page.on("pageerror", ({ message }) => report(`error: ${message}`));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") {
      report(`console: ${message.text()}`);
    }
  });
  page.on("request", (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (asked !== origin && protocol !== "blob:") {
      report(`request to ${request.url()}`);
    }
  });
}

/** Puts a text into the editor, and waits for its outcome. */
export async function enterText(
  page: Page,
  text: string,
  outcome: "equal" | "refused" = "equal",
): Promise<void> {
  await page.locator("textarea").fill(text);
  await page.locator(`.document-foot >> text=${grouped(Buffer.byteLength(text))} bytes`).waitFor();
  await page.locator(`.verdict.${outcome}`).waitFor();
}

function grouped(count: number): string {
  return new Intl.NumberFormat("en").format(count);
}

/** Picks another sample, and waits for its outcome. */
export async function pickSample(page: Page, name: string): Promise<void> {
  const verdict = page.locator(".verdict");
  const before = await verdict.textContent();
  await page.locator(".toolbar select").selectOption(name);
  await expect.poll(() => verdict.textContent()).not.toBe(before);
}
