import { run } from "./command.ts";
import type { Outcome } from "./stage.ts";

/** A program that a stage or a test needs. */
export interface Tool {
  /** The name in messages. */
  readonly name: string;
  /** A command without effect, which fails if the tool is missing. */
  readonly command: readonly string[];
}

/** Python, with what the packages for it need. */
export const pythonTool: Tool = {
  name: "Python 3.10 or newer with venv",
  command: ["python3", "-c", "import sys, venv; sys.exit(sys.version_info < (3, 10))"],
};
export const rustTool: Tool = { name: "Rust", command: ["cargo", "--version"] };
export const javaTool: Tool = { name: "a JDK", command: ["javac", "-version"] };
export const goTool: Tool = { name: "Go", command: ["go", "version"] };

/** Returns a sentence about the first tool that is not installed; undefined if all are. */
export async function missingTool(tools: readonly Tool[]): Promise<string | undefined> {
  for (const { name, command } of tools) {
    if (!(await run([...command])).succeeded) {
      return `${name} is not installed`;
    }
  }
  return undefined;
}

/**
 * Runs a stage that needs tools. Without them, it is skipped, and its line says so. In CI this is a
 * failure, because CI must run all stages.
 */
export async function withTools(
  tools: readonly Tool[],
  stage: () => Promise<Outcome>,
): Promise<Outcome> {
  const note = await missingTool(tools);
  if (note === undefined) {
    return await stage();
  }
  const isCi = process.env["CI"] === "true";
  return { state: isCi ? "failed" : "skipped", note, output: `${note}; CI needs it.` };
}
