import { spawnSync } from "node:child_process";
import { root } from "../library/command.ts";

/**
 * Builds the site once for all tests. `SITE_ONLY` leaves out API references, as `--only` does, which
 * is quicker: the tests then do not look for them.
 */
export default function setUp(): void {
  const only = process.env["SITE_ONLY"];
  const command = [
    "--conditions=@stepwire/source",
    "--import",
    "./scripts/source-resolver.ts",
    "scripts/site.ts",
    "build",
    ...(only === undefined ? [] : ["--only", only]),
  ];
  // Vitest sets variables that the generator would take for its own.
  const { NODE_ENV: _, VITEST: __, NODE_OPTIONS: ___, ...environment } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: root,
    encoding: "utf8",
    env: { ...environment, NODE_ENV: "production" },
    maxBuffer: 64 * 1024 * 1024,
  });
  for (const line of stdout.split("\n").filter((each) => each.startsWith("SKIPPED"))) {
    console.log(line);
  }
  if (status !== 0) {
    throw new Error(`the site could not be built:\n${stdout.slice(-4_000)}\n${stderr}`);
  }
}
