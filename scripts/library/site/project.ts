import { join } from "node:path";
import { root } from "../command.ts";

/** The folder of the static generator, which has its own lock file. */
export const generator: string = join(root, "apps/site/generator");

/** The repository on the web, where links to sources lead. */
export const repository = "https://github.com/stepwire/stepwire";
