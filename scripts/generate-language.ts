/*
 * Writes what a language's package has beside its sources, none of it committed: the
 * messages by buf, and stepwire.wasm as `pnpm build:wasm` built it.
 *
 *   node scripts/generate-language.ts go
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { type CommandResult, root, run } from "./library/command.ts";
import { protocClassifier } from "./library/languages/protoc.ts";
import { preparePython } from "./library/languages/python-environment.ts";
import { prepareRust } from "./library/languages/rust-generator.ts";

interface Language {
  /** Which build of the kernel the language needs, and where. */
  readonly wasm: string;
  readonly destination: string;
  /** Brings the generator, where buf cannot run it as it is. */
  prepare?(): Promise<CommandResult>;
}

const built = "packages/transcode/build";
const java = join(root, "packages/stepwire-java");

const languages: Readonly<Record<string, Language>> = {
  go: { wasm: "stepwire.wasm", destination: "packages/stepwire-go" },
  java: {
    wasm: "stepwire-scalar.wasm",
    destination: "packages/stepwire-java/target/wasm",
    prepare: fetchProtoc,
  },
  python: {
    wasm: "stepwire.wasm",
    destination: "packages/stepwire-py/src/stepwire",
    prepare: preparePython,
  },
  rust: {
    wasm: "stepwire.wasm",
    destination: "packages/stepwire-rs/src",
    prepare: prepareRust,
  },
};

/** Copies protoc from Maven's repository, in the version that the pom names. */
async function fetchProtoc(): Promise<CommandResult> {
  const maven = join(java, process.platform === "win32" ? "mvnw.cmd" : "mvnw");
  const classifier = `-Dprotoc.classifier=${protocClassifier()}`;
  const result = await run([maven, "-q", "-B", "dependency:copy@protoc", classifier], {
    directory: java,
  });
  if (result.succeeded) {
    chmodSync(join(java, "target/protoc/protoc.exe"), 0o755);
  }
  return result;
}

async function generate(name: string, language: Language): Promise<CommandResult> {
  const prepared = await language.prepare?.();
  return prepared === undefined || prepared.succeeded
    ? run(["buf", "generate", "--template", `buf.gen.${name}.yaml`])
    : prepared;
}

const name = process.argv[2] ?? "";
const language = languages[name];
if (language === undefined) {
  throw new Error(`the language is one of ${Object.keys(languages).join(", ")}, not "${name}"`);
}
const wasm = join(root, built, language.wasm);
if (!existsSync(wasm)) {
  throw new Error(`${built}/${language.wasm} is not there; build it with: pnpm build:wasm`);
}
const { succeeded, output } = await generate(name, language);
process.stdout.write(output);
if (!succeeded) {
  process.exitCode = 1;
} else {
  const copy = join(root, language.destination, language.wasm);
  mkdirSync(dirname(copy), { recursive: true });
  copyFileSync(wasm, copy);
}
