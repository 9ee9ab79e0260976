import { globSync } from "node:fs";
import { basename } from "node:path";
import { defineConfig } from "vitest/config";

/** Sibling packages are read from their source, so that tests need no build. */
const conditions = ["@stepwire/source"];

const directories = [...globSync("{packages,apps}/*"), "scripts"].sort();

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  test: {
    projects: directories.map((directory) => ({
      extends: true,
      test: {
        name: basename(directory),
        root: directory,
        include: ["test/**/*.test.ts"],
      },
    })),
  },
});
