import { dirname } from "node:path";

/** The directory of this package. */
export const directory: string = dirname(import.meta.dirname);
