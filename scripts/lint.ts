/* Runs all static checks of the sources in parallel. */
import { colourful, runAll } from "./library/command.ts";

const { succeeded, output } = await runAll([
  ["biome", "check", `--colors=${colourful ? "force" : "off"}`, "."],
  ["buf", "lint"],
  ["buf", "format", "--diff", "--exit-code"],
  ["node", "scripts/check-imports.ts"],
  ["node", "scripts/check-versions.ts"],
]);
if (!succeeded) {
  console.log(output);
  process.exitCode = 1;
}
