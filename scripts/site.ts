/*
 * Builds the docs site, or serves it and renews it when a page changes.
 */
import { spawn } from "node:child_process";
import { watch } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./library/command.ts";
import { installGenerator } from "./library/site/install.ts";
import { generator } from "./library/site/project.ts";
import { buildReferences } from "./library/site/reference/all.ts";
import { type SiteOptions, stageSite } from "./library/site/stage.ts";

const HELP = `Usage: pnpm site [--only <references>] [--port <number>]
       pnpm site:build [--only <references>] [--base <path>] [--origin <address>]

The first serves the site and renews it when a page changes; without --only, it has no API
references. The second writes it to apps/site/generator/dist.

  --only <references>  build only these API references: typescript, python, go, rust, java, proto,
                       separated by commas; "none" for none
  --base <path>        the path of the site on its host (default: /)
  --origin <address>   the origin of the site, such as https://docs.example.com: for absolute addresses
                       in llms.txt, and the sitemap (default: none; addresses have the path only, and
                       there is no sitemap)
  --port <number>      (default: 4321)
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    only: { type: "string" },
    base: { type: "string", default: "/" },
    origin: { type: "string" },
    port: { type: "string", default: "4321" },
    help: { type: "boolean", default: false },
  },
});
const serves = positionals[0] === "serve";

if (values.help) {
  process.stdout.write(HELP);
} else {
  process.exitCode = await run();
}

async function run(): Promise<number> {
  installGenerator();
  const named = values.only ?? (serves ? "none" : undefined);
  const only = named === "none" ? [] : named?.split(",");
  const references = await buildReferences(only);
  const options: SiteOptions = {
    base: `/${values.base}/`.replaceAll(/\/+/gu, "/"),
    origin: values.origin?.replace(/\/+$/u, ""),
    references,
  };
  stageSite(options);
  if (serves) {
    restageOnChange(options);
    return await astro(["dev", "--port", values.port]);
  }
  return await astro(["build"]);
}

/** Runs the generator. Returns its exit code. */
function astro(parameters: readonly string[]): Promise<number> {
  const program = join(generator, "node_modules/astro/bin/astro.mjs");
  const child = spawn(process.execPath, [program, ...parameters], {
    cwd: generator,
    env: { ...process.env, ASTRO_TELEMETRY_DISABLED: "1" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => child.kill(signal));
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve(code ?? 1));
  });
}

function restageOnChange(options: SiteOptions): void {
  let timer: NodeJS.Timeout | undefined;
  const restage = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      try {
        stageSite(options);
      } catch (error) {
        console.error(error instanceof Error ? error.message : error);
      }
    }, 200);
  };
  for (const folder of ["docs", "examples", "apps/site/start-page.md", "README.md"]) {
    watch(join(root, folder), { recursive: true }, restage).unref();
  }
}
