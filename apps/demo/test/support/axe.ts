import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults, RunOptions } from "axe-core";
import type { Page } from "playwright-core";

const source = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

declare global {
  /** Put into the page by the test. */
  var axe: { run(options: RunOptions): Promise<AxeResults> };
}

/** Which rules are checked: those of colours, of the structure, or both. */
export type Aspect = "colours" | "structure" | "all";

const COLOURS = "color-contrast";

const options: Readonly<Record<Aspect, RunOptions>> = {
  all: { resultTypes: ["violations"] },
  colours: { resultTypes: ["violations"], runOnly: [COLOURS] },
  structure: { resultTypes: ["violations"], rules: { [COLOURS]: { enabled: false } } },
};

/** Checks the accessibility of the page in its current state. */
export async function findBarriers(page: Page, aspect: Aspect): Promise<string[]> {
  // Through the debugger, which the page's policy does not bind.
  await page.evaluate(source);
  const { violations } = await page.evaluate(
    (chosen) => globalThis.axe.run(chosen),
    options[aspect],
  );
  return violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target.join(" ")).join(", ")}`,
  );
}
