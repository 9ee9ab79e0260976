import { run } from "../command.ts";
import type { Outcome, Stage } from "../stage.ts";

/** A language that has a package of its own in packages. */
export interface Language {
  /** As scripts/generate-language.ts knows it. */
  readonly language: string;
  /** What has to be installed, and a command of each that does nothing. */
  readonly tools: readonly { readonly name: string; readonly command: string[] }[];
  /** Checks and tests the package, after its code was generated. */
  test(): Promise<Outcome>;
}

/**
 * The stage of a language. Where its tools are missing it is skipped, which its line
 * says; in CI that is a failure, as CI is to run all.
 */
export function languageStage({ language, tools, test }: Language): Stage {
  return {
    name: language,
    async run(): Promise<Outcome> {
      for (const { name, command } of tools) {
        const { succeeded } = await run(command);
        if (!succeeded) {
          const isCi = process.env["CI"] === "true";
          const note = `${name} is not installed`;
          return { state: isCi ? "failed" : "skipped", note, output: `${note}; CI needs it.` };
        }
      }
      const generated = await run(["node", "scripts/generate-language.ts", language]);
      return generated.succeeded ? test() : { state: "failed", output: generated.output };
    },
  };
}
