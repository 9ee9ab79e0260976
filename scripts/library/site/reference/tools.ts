import { type CommandOptions, run } from "../../command.ts";

/**
 * Runs a tool.
 *
 * @returns its output.
 * @throws {Error} with the output if it fails.
 */
export async function runTool(
  command: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const { succeeded, output } = await run([...command], options);
  if (!succeeded) {
    throw new Error(`${command.slice(0, 3).join(" ")} failed:\n${output}`);
  }
  return output;
}
