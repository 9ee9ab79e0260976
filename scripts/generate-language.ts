/*
 * Writes what a language's package has beside its sources, none of it committed: the
 * messages by buf, and stepwire.wasm as `pnpm build:wasm` built it.
 *
 *   node scripts/generate-language.ts go
 */
import { copyFileSync, existsSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { root, run } from "./library/command.ts";

interface Language {
  /** Which build of the kernel goes where, from the root of the workspace. */
  readonly wasm: { readonly from: string; readonly to: string };
}

const built = "packages/transcode/build";

const languages: Readonly<Record<string, Language>> = {
  go: { wasm: { from: "stepwire.wasm", to: "packages/stepwire-go/stepwire.wasm" } },
};

const name = process.argv[2] ?? "";
const language = languages[name];
if (language === undefined) {
  throw new Error(`the language is one of ${Object.keys(languages).join(", ")}, not "${name}"`);
}
const from = join(root, built, language.wasm.from);
if (!existsSync(from)) {
  throw new Error(`${built}/${language.wasm.from} is not there; build it with: pnpm build:wasm`);
}
const { succeeded, output } = await run(["buf", "generate", "--template", `buf.gen.${name}.yaml`]);
process.stdout.write(output);
if (!succeeded) {
  process.exitCode = 1;
} else {
  const to = join(root, language.wasm.to);
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}
