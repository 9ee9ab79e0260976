import { join } from "node:path";

/** The root of the project. */
export const root: string = join(import.meta.dirname, "../../..");

/** The folder of the static generator, which has its own lock file. */
export const generator: string = join(import.meta.dirname, "../generator");

/** The repository on the web, where links to sources lead. */
export const repository = "https://github.com/stepwire/stepwire";
