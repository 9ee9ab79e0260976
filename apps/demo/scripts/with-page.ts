import { fileURLToPath } from "node:url";
import { type Browser, chromium } from "playwright-core";
import { build } from "vite";
import { findChromium, launchChromium } from "../test/support/chromium.js";
import { startStaticHost } from "../test/support/static-host.js";

/** Builds and serves the page, and passes its address on with a browser. */
export async function withPage(
  act: (browser: Browser, address: string) => Promise<void>,
): Promise<void> {
  const executable = findChromium();
  if (executable === undefined) {
    throw new Error("no Chromium found (install it, or set CHROMIUM_PATH)");
  }
  await build({ root: fileURLToPath(new URL("..", import.meta.url)), logLevel: "warn" });
  const host = await startStaticHost();
  const server = await launchChromium(executable);
  try {
    await act(await chromium.connect(server.wsEndpoint()), host.address);
  } finally {
    await server.close();
    host.close();
  }
}
