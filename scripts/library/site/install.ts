import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { generator } from "./project.ts";

/**
 * Installs the generator if it is missing, or if its lock file has changed. It has 230 MB, and is
 * no part of the workspace: only those who build the site install it.
 */
export function installGenerator(): void {
  const lock = readFileSync(join(generator, "package-lock.json"), "utf8");
  const stamp = join(generator, "node_modules/.stepwire-lock");
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
    // Not `npm ci`, which fails if a registry lacks an optional package for another system.
    execFileSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", "--no-save"], {
      cwd: generator,
      stdio: ["ignore", 2, 2],
    });
    writeFileSync(stamp, lock);
  }
}
