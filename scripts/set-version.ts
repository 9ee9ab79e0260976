/*
 * Sets the version of all published packages, for npm, PyPI, crates.io, Maven Central and Go.
 *
 *   pnpm set-version 0.2.0
 *   pnpm set-version          # the version that `changeset version` has given to the npm packages
 */
import { root } from "./library/command.ts";
import { npmVersion, setVersion } from "./library/versions.ts";

const version = process.argv[2] ?? npmVersion(root);
const changed = setVersion(root, version);
console.log([`version ${version}`, ...changed.map((path) => `  ${path}`)].join("\n"));
