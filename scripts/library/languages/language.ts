import { run } from "../command.ts";
import type { Outcome, Stage } from "../stage.ts";

/** A language with a package of its own in `packages`. */
export interface Language {
  /** The name for scripts/generate-language.ts. */
  readonly language: string;
  /** The tools that must be installed, each with a command that has no effect. */
  readonly tools: readonly { readonly name: string; readonly command: string[] }[];
  /** Checks and tests the package after its code was generated. */
  test(): Promise<Outcome>;
}

/**
 * Creates the stage of a language. If its tools are missing, the stage is skipped, and its line
 * says so. In CI this is a failure, because CI must run all stages.
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
