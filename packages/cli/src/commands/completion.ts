import { Argument, type Command } from "commander";
import { completionScripts, type Shell, shells } from "../completion/scripts.js";
import { writeStandardOutput } from "../files/standard-output.js";
import type { CommandIO } from "../io.js";

/** Adds the description, argument and action of `stepwire completion`. */
export function define(command: Command, io: CommandIO): void {
  command
    .description(
      "Prints a script with which a shell completes commands, options, types and files. It asks stepwire at each press of Tab, so it stays valid after updates.",
    )
    .addArgument(new Argument("<shell>", "the shell").choices(shells))
    .addHelpText(
      "after",
      `
Installation, for new shells:
  bash  $ stepwire completion bash >> ~/.bashrc
  zsh   $ stepwire completion zsh >> ~/.zshrc     (after the line with compinit)
  fish  $ stepwire completion fish > ~/.config/fish/completions/stepwire.fish`,
    )
    .action(async (shell: Shell) => {
      await writeStandardOutput(io, completionScripts[shell]);
    });
}
