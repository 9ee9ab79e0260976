import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../../../library/command.ts";

/** The version of Lighthouse. It has 176 MB, so it is installed when it is used first. */
const VERSION = "13.5.0";
const folder = join(root, "node_modules/.cache/stepwire/lighthouse", VERSION);

/** Scores from 0 to 1, and what lowers them. */
export interface Scores {
  readonly performance: number;
  readonly accessibility: number;
  readonly bestPractices: number;
  /** The audits that did not get all of their points, but for those of time. */
  readonly complaints: readonly string[];
  /** Bytes over the network, compressed. */
  readonly bytes: number;
  readonly requests: number;
  /** How much moves while the page loads, from 0. */
  readonly shift: number;
}

/* The parts of the packages that are used here. */
interface Launcher {
  launch(options: {
    readonly chromePath: string;
    readonly chromeFlags: readonly string[];
  }): Promise<{ readonly port: number; kill(): void }>;
}
interface Lighthouse {
  default(
    url: string,
    options: { readonly port: number; readonly logLevel: string; readonly output: string },
    config: { readonly extends: string; readonly settings: { readonly onlyCategories: string[] } },
  ): Promise<{ readonly lhr: Result } | undefined>;
}
interface Result {
  readonly categories: Readonly<Record<string, Category | undefined>>;
  readonly audits: Readonly<Record<string, Audit | undefined>>;
}
interface Category {
  readonly score: number | null;
  readonly auditRefs: readonly { readonly id: string; readonly weight: number }[];
}
interface Audit {
  readonly score: number | null;
  readonly title: string;
  readonly numericValue?: number;
  readonly details?: { readonly items?: readonly unknown[] };
}

/** Loads a page as a telephone on a slow network does, in a new Chromium. */
export async function measurePage(url: string, chromePath: string): Promise<Scores> {
  const [{ default: lighthouse }, { launch }] = await load();
  const chrome = await launch({
    chromePath,
    chromeFlags: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic"],
  });
  try {
    const settings = { onlyCategories: ["performance", "accessibility", "best-practices"] };
    const result = await lighthouse(
      url,
      { port: chrome.port, logLevel: "error", output: "json" },
      { extends: "lighthouse:default", settings },
    );
    if (result === undefined) {
      throw new Error(`Lighthouse has no result for ${url}`);
    }
    return scoresOf(result.lhr);
  } finally {
    chrome.kill();
  }
}

function scoresOf({ categories, audits }: Result): Scores {
  const scoreOf = (name: string): number => categories[name]?.score ?? 0;
  const complaints = ["accessibility", "best-practices"].flatMap((name) =>
    (categories[name]?.auditRefs ?? [])
      .filter(({ id, weight }) => weight > 0 && (audits[id]?.score ?? 1) < 1)
      .map(({ id }) => `${id}: ${audits[id]?.title}`),
  );
  return {
    performance: scoreOf("performance"),
    accessibility: scoreOf("accessibility"),
    bestPractices: scoreOf("best-practices"),
    complaints,
    bytes: audits["total-byte-weight"]?.numericValue ?? Number.NaN,
    shift: audits["cumulative-layout-shift"]?.numericValue ?? Number.NaN,
    requests: audits["network-requests"]?.details?.items?.length ?? Number.NaN,
  };
}

async function load(): Promise<[Lighthouse, Launcher]> {
  if (!existsSync(join(folder, "node_modules/lighthouse"))) {
    mkdirSync(folder, { recursive: true });
    const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-save"];
    execFileSync("npm", ["install", "--prefix", folder, ...options, `lighthouse@${VERSION}`], {
      stdio: ["ignore", 2, 2],
    });
  }
  const { resolve } = createRequire(join(folder, "package.json"));
  const load = (name: string): Promise<unknown> => import(pathToFileURL(resolve(name)).href);
  // The packages are not installed where their types would be found.
  return [(await load("lighthouse")) as Lighthouse, (await load("chrome-launcher")) as Launcher];
}
