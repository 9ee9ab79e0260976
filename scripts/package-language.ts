/*
 * Builds the package of a language as it is published, in `dist`.
 *
 *   node scripts/package-language.ts python
 */
import { relative } from "node:path";
import { root } from "./library/command.ts";
import { isLanguage, kernelCopies } from "./library/languages/kernel-copy.ts";
import { buildPackage, packageFolder } from "./library/languages/package.ts";

const language = process.argv[2] ?? "";
if (!isLanguage(language)) {
  const names = Object.keys(kernelCopies).join(", ");
  throw new Error(`the language is one of ${names}, not "${language}"`);
}
const { succeeded, output } = await buildPackage(language);
if (succeeded) {
  console.log(`The package is in ${relative(root, packageFolder(language))}.`);
} else {
  process.stdout.write(output);
  process.exitCode = 1;
}
