/* Checks that all published packages have the same version. `pnpm set-version` sets it. */
import { root } from "./library/command.ts";
import { findVersions } from "./library/versions.ts";

const found = findVersions(root);
if (new Set(found.map(({ version }) => version)).size > 1) {
  const lines = found.map(({ path, version }) => `  ${version}  ${path}`);
  console.log(["Versions differ; `pnpm set-version <version>` sets all:", ...lines].join("\n"));
  process.exitCode = 1;
}
