/*
 * Checks the direction of imports between packages, and that every third-party version is in the
 * catalog. Prints one line for each violation.
 */
import { root } from "./library/command.ts";
import { importViolations, manifestViolations } from "./library/import-rules.ts";
import { readWorkspace } from "./library/workspace.ts";

const packages = readWorkspace(root);
const violations = [
  ...manifestViolations(packages),
  ...packages.flatMap((each) => importViolations(each, packages)),
];
for (const violation of violations) {
  console.log(violation);
}
process.exitCode = violations.length > 0 ? 1 : 0;
