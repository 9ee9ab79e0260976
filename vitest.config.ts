import { existsSync, globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, resolve } from "node:path";
import { defineConfig } from "vitest/config";

/** Sibling packages are read from their source, so that tests need no build. */
const conditions = ["@stepwire/source"];

/**
 * Folders of tests that only run if a variable is set, because they need quiet, or a program that
 * is built or installed first, or minutes.
 */
const variables: Readonly<Record<string, string>> = {
  browser: "BROWSER_TESTS",
  // Across languages: they need what the stages of the languages build.
  languages: "LANGUAGE_TESTS",
  "language-packages": "LANGUAGE_PACKAGE_TESTS",
  "languages-long": "LANGUAGES_LONG_TESTS",
  // "1", or "all".
  clone: "CLONE_TESTS",
  // "1", or "all".
  growth: "GROWTH_TESTS",
  oracle: "ORACLE_TESTS",
  nats: "NATS_TESTS",
  duckdb: "DUCKDB_TESTS",
  // What the doctor examines.
  targets: "DOCTOR_TESTS",
  killed: "KILL_TESTS",
  site: "SITE_TESTS",
  spark: "SPARK_TESTS",
  packages: "PACKAGE_TESTS",
  handlers: "HANDLER_TESTS",
  telemetry: "TELEMETRY_TESTS",
  container: "CONTAINER_TESTS",
  brokers: "BROKER_TESTS",
  integrations: "INTEGRATION_TESTS",
  tutorials: "TUTORIAL_TESTS",
};

function runs(folder: string): boolean {
  return process.env[variables[folder] ?? ""] !== undefined;
}

const browserTests = runs("browser");
const languageTests = runs("languages");

/** Folders of tests that install the built packages. */
const usesPackages = ["packages", "handlers", "brokers", "integrations", "tutorials"].some(runs);

/** Projects whose tests need the modules for hosts in any language. */
const usesWasm = ["accumulate", "conformance", "fuzz"];

/** Projects of which each test file runs in a process of its own. */
const isolated = ["bench", "conformance", "demo", "fuzz", "scripts"];

const directories = [...globSync("{packages,apps}/*"), "scripts"].sort();

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    // By default one less, which of two cores leaves one idle.
    maxWorkers: availableParallelism(),
    // Tests start the programs a hundred times, each from 200 modules: that takes half the time if
    // Node keeps what it has compiled.
    env: { NODE_COMPILE_CACHE: resolve("node_modules/.cache/stepwire/compiled") },
    projects: directories.map((directory) => ({
      extends: true,
      test: {
        name: basename(directory),
        root: directory,
        include: ["test/**/*.test.ts"],
        // Files that share a process import the packages once, which saves a third of the time.
        isolate: isolated.includes(basename(directory)),
        exclude: Object.keys(variables)
          .filter((folder) => !runs(folder))
          .map((folder) => `test/${folder}/**`),
        globalSetup: [
          resolve("scripts/vitest/kernel.ts"),
          ...(usesWasm.includes(basename(directory)) ? [resolve("scripts/vitest/wasm.ts")] : []),
          resolve("scripts/vitest/languages.ts"),
          ...(usesPackages && directory === "scripts"
            ? [resolve("scripts/vitest/packages.ts")]
            : []),
          ...(runs("site") && directory === "scripts" ? [resolve("scripts/vitest/site.ts")] : []),
          ...(browserTests && existsSync(`${directory}/test/global-setup.ts`)
            ? [resolve(directory, "test/global-setup.ts")]
            : []),
        ],
        // In CI, other stages run at the same time.
        ...(process.env["CI"] === "true" && {
          testTimeout: 60_000,
          expect: { poll: { timeout: 10_000 } },
        }),
        // They compile programs.
        ...(languageTests && { testTimeout: 120_000 }),
        ...(browserTests &&
          existsSync(`${directory}/test/global-setup.ts`) && {
            // Where they only wait, they wait for long: the machine may have other work.
            testTimeout: 120_000,
            expect: { poll: { timeout: 20_000 } },
          }),
      },
    })),
  },
});
