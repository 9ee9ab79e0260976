/*
 * Writes the generated files of a language's package, which are not committed: the messages, by
 * buf; the modes and codes, by templates; copies of the licence and of the schema files; and
 * the WebAssembly modules, which are first built if they are missing or stale.
 *
 *   node scripts/generate-language.ts go
 */
import { chmodSync, copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type CommandResult, root, run } from "./library/command.ts";
import { writeConversion } from "./library/conversion/files.ts";
import { ensurePublishedKernel } from "./library/kernel.ts";
import { isLanguage, kernelCopies } from "./library/languages/kernel-copy.ts";
import { writePackageFiles } from "./library/languages/package-files.ts";
import { protocClassifier } from "./library/languages/protoc.ts";
import { preparePython, writePythonStubs } from "./library/languages/python-environment.ts";
import { completeRust, prepareRust } from "./library/languages/rust-generator.ts";

const java = join(root, "packages/stepwire-java");

/** Prepares the generator of a language if buf cannot run it directly. */
const preparations: Readonly<Record<string, () => Promise<CommandResult>>> = {
  java: fetchProtoc,
  python: preparePython,
  rust: prepareRust,
};

/** Writes more files than buf and the templates. */
const completions: Readonly<Record<string, () => void>> = { rust: completeRust };

/** Copies protoc and its plugin from Maven's repository, in the versions that the pom specifies. */
async function fetchProtoc(): Promise<CommandResult> {
  const maven = join(java, process.platform === "win32" ? "mvnw.cmd" : "mvnw");
  const classifier = `-Dprotoc.classifier=${protocClassifier()}`;
  const result = await run([maven, "-q", "-B", "dependency:copy@protoc", classifier], {
    directory: java,
  });
  if (result.succeeded) {
    for (const program of ["protoc.exe", "protoc-gen-grpc-java.exe"]) {
      chmodSync(join(java, "target/protoc", program), 0o755);
    }
  }
  return result;
}

const name = process.argv[2] ?? "";
if (!isLanguage(name)) {
  const names = Object.keys(kernelCopies).join(", ");
  throw new Error(`the language is one of ${names}, not "${name}"`);
}
// Before the tools are prepared, because pip reads the licence.
writePackageFiles(name);
const prepare = preparations[name];
const steps = [
  ensurePublishedKernel,
  ...(prepare === undefined ? [] : [prepare]),
  () => run(["buf", "generate", "--template", `buf.gen.${name}.yaml`]),
  ...(name === "python" ? [writePythonStubs] : []),
  // After buf, which removes all other files from its folders.
  () => writeConversion(name),
];
let result: CommandResult = { succeeded: true, output: "" };
for (const step of steps) {
  if (result.succeeded) {
    result = await step();
  }
}
process.stdout.write(result.output);
if (!result.succeeded) {
  process.exitCode = 1;
} else {
  completions[name]?.();
  for (const { source, copy } of kernelCopies[name]) {
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(source, copy);
  }
}
