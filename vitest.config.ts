import { existsSync, globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, resolve } from "node:path";
import { defineConfig } from "vitest/config";

/** Sibling packages are read from their source, so that tests need no build. */
const conditions = ["@stepwire/source"];

const browserTests = process.env["BROWSER_TESTS"] === "1";
const languageTests = process.env["LANGUAGE_TESTS"] === "1";
const oracleTests = process.env["ORACLE_TESTS"] === "1";

const directories = [...globSync("{packages,apps}/*"), "scripts"].sort();

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    // By default one less, which of two cores leaves one idle.
    maxWorkers: availableParallelism(),
    projects: directories.map((directory) => ({
      extends: true,
      test: {
        name: basename(directory),
        root: directory,
        include: ["test/**/*.test.ts"],
        // Tests in a browser need Chromium and quiet; they run with BROWSER_TESTS=1. Those across
        // languages need what the stages of the languages build; they run with LANGUAGE_TESTS=1.
        exclude: [
          ...(browserTests ? [] : ["test/browser/**"]),
          ...(languageTests ? [] : ["test/languages/**"]),
          ...(oracleTests ? [] : ["test/oracle/**"]),
        ],
        // They compile programs.
        ...(languageTests && { testTimeout: 120_000 }),
        ...(browserTests &&
          existsSync(`${directory}/test/global-setup.ts`) && {
            globalSetup: resolve(directory, "test/global-setup.ts"),
            // Where they only wait, they wait for long: the machine may have other work.
            testTimeout: 120_000,
            expect: { poll: { timeout: 20_000 } },
          }),
      },
    })),
  },
});
