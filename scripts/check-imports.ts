/*
 * Checks the direction of imports between packages, that files do not import each other in a
 * circle, and that every third-party version is in the catalog. Prints one line for each violation.
 */
import { root } from "./library/command.ts";
import { circleViolations } from "./library/import-circles.ts";
import { importViolations, manifestViolations } from "./library/import-rules.ts";
import { readSources, readWorkspace } from "./library/workspace.ts";

const packages = readWorkspace(root);
const violations = [
  ...manifestViolations(packages),
  ...packages.flatMap((each) => importViolations(each, packages)),
  ...circleViolations(readSources(root)),
];
for (const violation of violations) {
  console.log(violation);
}
process.exitCode = violations.length > 0 ? 1 : 0;
