import { type CommandResult, run } from "../command.ts";
import type { Outcome, Stage } from "../stage.ts";
import { type Tool, withTools } from "../tools.ts";

/** A language with a package of its own in `packages`. */
export interface Language {
  /** The name for scripts/generate-language.ts. */
  readonly language: string;
  /** The tools that must be installed. */
  readonly tools: readonly Tool[];
  /** Checks and tests the package after its code was generated. */
  test(): Promise<Outcome>;
}

const generations = new Map<string, Promise<CommandResult>>();

/**
 * Generates the code of a language; once in a process. The Python package is built on that of Rust,
 * and both are tested at the same time.
 */
export function generateOnce(language: string): Promise<CommandResult> {
  const generation =
    generations.get(language) ?? run(["node", "scripts/generate-language.ts", language]);
  generations.set(language, generation);
  return generation;
}

/** Creates the stage of a language. It is skipped if its tools are missing, but not in CI. */
export function languageStage({ language, tools, test }: Language): Stage {
  return {
    name: language,
    run: () =>
      withTools(tools, async () => {
        const generated = await generateOnce(language);
        return generated.succeeded ? test() : { state: "failed", output: generated.output };
      }),
  };
}
