/*
 * Keeps the direction of imports between packages, and every third-party version
 * in the catalog. Prints one line for each place that is wrong.
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
