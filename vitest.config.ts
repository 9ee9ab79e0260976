import { existsSync, globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, resolve } from "node:path";
import { defineConfig } from "vitest/config";

/** Sibling packages are read from their source, so that tests need no build. */
const conditions = ["@stepwire/source"];

const browserTests = process.env["BROWSER_TESTS"] === "1";
const languageTests = process.env["LANGUAGE_TESTS"] === "1";
const languagePackageTests = process.env["LANGUAGE_PACKAGE_TESTS"] === "1";
const languagesLongTests = process.env["LANGUAGES_LONG_TESTS"] === "1";
const cloneTests = process.env["CLONE_TESTS"] !== undefined;
const growthTests = process.env["GROWTH_TESTS"] !== undefined;
const oracleTests = process.env["ORACLE_TESTS"] === "1";
const natsTests = process.env["NATS_TESTS"] === "1";
const killTests = process.env["KILL_TESTS"] === "1";
const duckdbTests = process.env["DUCKDB_TESTS"] === "1";
const doctorTests = process.env["DOCTOR_TESTS"] === "1";
const sparkTests = process.env["SPARK_TESTS"] === "1";
const packageTests = process.env["PACKAGE_TESTS"] === "1";

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
        // Tests in a browser need Chromium and quiet; they run with BROWSER_TESTS=1. Those across
        // languages need what the stages of the languages build; they run with LANGUAGE_TESTS=1.
        // Those of the scripts in a clean clone run with CLONE_TESTS=1, or CLONE_TESTS=all. Those of
        // growth compare times and need quiet; they run with GROWTH_TESTS=1, or GROWTH_TESTS=all.
        // Those with a NATS server build it first; they run with NATS_TESTS=1.
        // Those that install the built packages of languages run with LANGUAGE_PACKAGE_TESTS=1.
        // Those that take minutes in a language run with LANGUAGES_LONG_TESTS=1.
        // Those with DuckDB install it first; they run with DUCKDB_TESTS=1.
        // Those that examine libraries and servers install them first; they run with DOCTOR_TESTS=1.
        // Those with Spark install it first; they run with SPARK_TESTS=1.
        // Those that kill processes at random take minutes; they run with KILL_TESTS=1.
        // Those that install the built packages take minutes; they run with PACKAGE_TESTS=1.
        exclude: [
          ...(browserTests ? [] : ["test/browser/**"]),
          ...(languageTests ? [] : ["test/languages/**"]),
          ...(languagePackageTests ? [] : ["test/language-packages/**"]),
          ...(languagesLongTests ? [] : ["test/languages-long/**"]),
          ...(cloneTests ? [] : ["test/clone/**"]),
          ...(growthTests ? [] : ["test/growth/**"]),
          ...(oracleTests ? [] : ["test/oracle/**"]),
          ...(natsTests ? [] : ["test/nats/**"]),
          ...(duckdbTests ? [] : ["test/duckdb/**"]),
          ...(doctorTests ? [] : ["test/targets/**"]),
          ...(killTests ? [] : ["test/killed/**"]),
          ...(sparkTests ? [] : ["test/spark/**"]),
          ...(packageTests ? [] : ["test/packages/**"]),
        ],
        globalSetup: [
          resolve("scripts/vitest/kernel.ts"),
          ...(usesWasm.includes(basename(directory)) ? [resolve("scripts/vitest/wasm.ts")] : []),
          resolve("scripts/vitest/languages.ts"),
          ...(packageTests && directory === "scripts"
            ? [resolve("scripts/vitest/packages.ts")]
            : []),
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
