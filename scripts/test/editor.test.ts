import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { root, run } from "../library/command.ts";

/** An editor takes the nearest tsconfig.json of a file, if that includes the file. */
it("issue 16: every TypeScript file belongs to its nearest tsconfig.json", async () => {
  const { output } = await run(["git", "ls-files", "*.ts", "*.tsx"]);
  const files = Map.groupBy(output.trim().split("\n"), nearestConfig);
  expect(files.size).toBeGreaterThan(15);
  const outside = await Promise.all(
    [...files].map(async ([config, paths]) => {
      const shown = await run(["tsc", "-p", config, "--showConfig"]);
      const { files } = JSON.parse(shown.output) as { readonly files: readonly string[] };
      const included = new Set(files.map((path) => join(dirname(config), path)));
      return paths
        .filter((path) => existsSync(join(root, path)) && !included.has(path))
        .map((path) => `${config} does not include ${path}`);
    }),
  );
  expect(outside.flat()).toEqual([]);
});

function nearestConfig(path: string): string {
  const folder = dirname(path);
  const config = join(folder, "tsconfig.json");
  return existsSync(join(root, config)) || folder === "." ? config : nearestConfig(folder);
}
