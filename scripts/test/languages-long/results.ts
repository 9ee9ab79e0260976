import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, run } from "../../library/command.ts";

/** The variable with the folder of the results, for the tests of a language. */
export const RESULTS = "STEPWIRE_CORPUS_RESULTS";

/**
 * Writes what TypeScript makes of all recorded streams to a temporary folder, and calls a function
 * with the folder. Without recorded streams beside the project, the function is called without one.
 */
export async function withResults(
  use: (folder: string | undefined) => Promise<void>,
): Promise<void> {
  if (!existsSync(join(root, "../shared/corpus"))) {
    console.warn(
      "There are no recorded streams beside the project; nothing is compared with them.",
    );
    await use(undefined);
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), "stepwire-results-"));
  try {
    await must(["pnpm", "--silent", "corpus-results", folder]);
    await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Runs a command in a folder of the repository. Throws its output if it fails. */
export async function must(
  command: readonly string[],
  directory = ".",
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { succeeded, output } = await run([...command], {
    directory: join(root, directory),
    environment,
  });
  if (!succeeded) {
    throw new Error(`${command.join(" ")} failed:\n${output}`);
  }
  return output;
}
