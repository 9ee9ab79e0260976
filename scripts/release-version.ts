/*
 * Gives all packages of all languages the next version, by the pending changesets, and writes the
 * changelogs. Prints the version. With no release yet, the first one keeps the version of the
 * manifests.
 *
 * It runs no pnpm, which would install first: `pnpm release:check` tries it on a copy that only
 * links the dependencies.
 */
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root, run } from "./library/command.ts";
import { changelogFile } from "./library/readme.ts";
import { readChangesets, release, withUnreleased } from "./library/release/changelog.ts";

/** The version before the first release. Changesets with something new raise it to 0.1.0. */
const NOTHING = "0.0.0";

const changelog = withUnreleased(readFileSync(changelogFile, "utf8"), readChangesets(root));
if ((await succeed("git", "tag", "--list", "v*")).trim() === "") {
  setVersion(NOTHING);
}
await succeed("changeset", "version");
await succeed("node", "scripts/set-version.ts");
await succeed("buf", "build", "--exclude-source-info", "-o", "proto/released.binpb");
const version = versionOf("packages/core/package.json");
const [day = ""] = new Date().toISOString().split("T");
writeFileSync(changelogFile, release(changelog, version, day));
console.log(version);

/** Sets the version of the packages that changesets counts up. */
function setVersion(version: string): void {
  for (const path of globSync("packages/*/package.json", { cwd: root })) {
    const file = join(root, path);
    const text = readFileSync(file, "utf8");
    if (!/^ {2}"private": true/m.test(text)) {
      writeFileSync(file, text.replace(/^( {2}"version": )"[^"]*"/m, `$1"${version}"`));
    }
  }
}

function versionOf(path: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(root, path), "utf8"));
  if (typeof manifest !== "object" || manifest === null || !("version" in manifest)) {
    throw new Error(`${path} has no version`);
  }
  return String(manifest.version);
}

async function succeed(...command: string[]): Promise<string> {
  const { succeeded, output } = await run(command);
  if (!succeeded) {
    throw new Error(`${command.join(" ")} failed:\n${output}`);
  }
  return output;
}
