import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { findBarriers } from "../support/axe.js";
import { describeInBrowser, pickSample } from "../support/page.js";

interface View {
  readonly name: string;
  show(page: Page): Promise<void>;
}

/** Everything that the page shows, one after the other. */
const views: readonly View[] = [
  {
    name: "round trip",
    async show(page) {
      await pickSample(page, "foreign-tool.json");
      await page.locator('.byte[data-offset="100"]').hover();
    },
  },
  {
    name: "residue",
    show: (page) => page.getByRole("tab", { name: /^Residue/ }).click(),
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
    name: "sizes",
    async show(page) {
      await page.locator('input[value="preserve"]').check({ force: true });
      await page.locator(".verdict.equal").waitFor();
      await page.getByRole("tab", { name: "Sizes" }).click();
      await page.locator(".bars").waitFor();
    },
  },
  {
    name: "bytes that are not read",
    async show(page) {
      const buffer = Buffer.from([0xff, 0xff, 0xff, 1, 2, 3]);
      const file = { name: "noise.bin", mimeType: "application/octet-stream", buffer };
      await page.getByLabel("Open a file").setInputFiles(file);
      await page.locator(".verdict", { hasText: "Not read" }).waitFor();
    },
  },
  {
    name: "use it",
    show: (page) => page.getByRole("tab", { name: "Use it" }).click(),
  },
  {
    name: "stream",
    async show(page) {
      await page.getByRole("tab", { name: "Stream" }).click();
      await page.getByRole("button", { name: "Open the sample" }).click();
      await page.getByLabel("Event 0 of 52").fill("30");
      await page.locator(".step").waitFor();
    },
  },
];

describeInBrowser("accessibility", (open) => {
  const looks = [
    { colorScheme: "light", width: 1440, aspect: "all" },
    { colorScheme: "dark", width: 1440, aspect: "colours" },
    { colorScheme: "light", width: 360, aspect: "structure" },
  ] as const;
  for (const { colorScheme, width, aspect } of looks) {
    it(`bars nobody: ${aspect}, ${colorScheme}, ${width} pixels wide`, async () => {
      const page = await open({ colorScheme, viewport: { width, height: 800 } });
      const found: string[] = [];
      for (const view of views) {
        await view.show(page);
        const barriers = await findBarriers(page, aspect);
        found.push(...barriers.map((barrier) => `${view.name}: ${barrier}`));
        const overflow = await page.evaluate(
          () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
        );
        expect(overflow, `${view.name} is as wide as the window`).toBe(0);
      }
      expect(found).toEqual([]);
    });
  }

  it("follows the system, and the reader's choice above it", async () => {
    const page = await open({ colorScheme: "dark" });
    const background = (): Promise<string> =>
      page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    const dark = await background();
    await page.getByRole("button", { name: "Dark" }).click();
    const light = await background();
    expect(light).not.toBe(dark);
    await page.reload();
    expect(await background()).toBe(light);
  });

  it("switches its views with the arrow keys", async () => {
    const page = await open();
    await page.getByRole("tab", { name: "Round trip" }).focus();
    await page.keyboard.press("ArrowRight");
    expect(await page.locator("#main-tab-sizes").getAttribute("aria-selected")).toBe("true");
    await page.keyboard.press("End");
    expect(await page.locator(":focus").textContent()).toBe("Use it");
  });
});

describeInBrowser("loading", (open) => {
  it("has a policy that forbids everything but its own files and WebAssembly", async () => {
    const page = await open({ provokes: /Content Security Policy/ });
    const policy = await page
      .locator('meta[http-equiv="Content-Security-Policy"]')
      .getAttribute("content");
    expect(policy).toContain("default-src 'none'");
    expect(policy?.match(/'[^']*unsafe[^']*'/g)).toEqual(["'wasm-unsafe-eval'"]);
    const isAllowed = await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "globalThis.injected = true";
      const wasBlocked = new Promise((resolve) => {
        document.addEventListener("securitypolicyviolation", () => resolve(true), { once: true });
        setTimeout(() => resolve(false), 10_000);
      });
      document.body.append(script);
      return wasBlocked.then((blocked) => !blocked || "injected" in globalThis);
    });
    expect(isAllowed).toBe(false);
  });

  it("is small, and quick to the first round trip", { retry: 2 }, async () => {
    const page = await open({ locale: "en-GB" });
    const { bytes, files, milliseconds } = await page.evaluate(() => {
      const entries = performance
        .getEntriesByType("resource")
        .filter((entry) => entry instanceof PerformanceResourceTiming);
      const [navigation] = performance.getEntriesByType("navigation");
      const own =
        navigation instanceof PerformanceNavigationTiming ? navigation.decodedBodySize : 0;
      const [mark] = performance.getEntriesByName("first-round-trip");
      return {
        bytes: entries.reduce((sum, entry) => sum + entry.decodedBodySize, own),
        files: entries.length + 1,
        milliseconds: Math.round(mark?.startTime ?? Number.NaN),
      };
    });
    console.log(`loaded ${files} files, ${bytes} bytes; first round trip after ${milliseconds} ms`);
    // Without compression. More than half of it is the schema, of which Responses is a third.
    expect(bytes).toBeLessThan(800_000);
    expect(milliseconds).toBeLessThan(3000);
  });
});
