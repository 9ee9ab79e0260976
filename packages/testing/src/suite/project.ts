import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** The root of the workspace. */
export const projectRoot: string = join(import.meta.dirname, "../../../..");

/** Parameters that make Node run the project's programs from their sources. */
export const fromSource: readonly string[] = [
  "--conditions=@stepwire/source",
  "--import",
  pathToFileURL(join(projectRoot, "scripts/source-resolver.ts")).href,
];
