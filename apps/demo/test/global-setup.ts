import { fileURLToPath } from "node:url";
import { build } from "vite";
import type { TestProject } from "vitest/node";
import { findChromium, launchChromium } from "./support/chromium.js";
import { startStaticHost } from "./support/static-host.js";

declare module "vitest" {
  interface ProvidedContext {
    /** Where the built page is served. */
    pageAddress: string;
    /** Where Chromium listens; empty if there is none. */
    browserAddress: string;
  }
}

/** Builds and serves the page, and starts Chromium, once for all tests. */
export default async function setUp(
  project: TestProject,
): Promise<(() => Promise<void>) | undefined> {
  const executable = findChromium();
  if (executable === undefined) {
    const message = "no Chromium found (install it, or set CHROMIUM_PATH)";
    if (process.env["CI"] === "true") {
      throw new Error(message);
    }
    // scripts/library/suites.ts shows what follows "SKIPPED".
    console.log(`apps/demo: browser tests are SKIPPED: ${message}`);
    project.provide("pageAddress", "");
    project.provide("browserAddress", "");
    return undefined;
  }
  const root = fileURLToPath(new URL("..", import.meta.url));
  const [browser, host] = await Promise.all([
    launchChromium(executable),
    startStaticHost(),
    build({ root, logLevel: "warn" }),
  ]);
  project.provide("pageAddress", host.address);
  project.provide("browserAddress", browser.wsEndpoint());
  return async () => {
    host.close();
    await browser.close();
  };
}
