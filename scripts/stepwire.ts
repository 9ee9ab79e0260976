/*
 * Runs the command from source, so that it works in a fresh clone and always shows
 * the code as it stands. pnpm starts scripts in the root of the workspace; file
 * names on the command line are meant from where the caller is.
 */
import "./source-resolver.ts";

process.chdir(process.env["INIT_CWD"] ?? process.cwd());
await import("../packages/cli/src/main.ts");
