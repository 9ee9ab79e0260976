/*
 * Runs the command from source, so that it works in a fresh clone and always runs the current code.
 * pnpm starts scripts in the root of the workspace, but file names on the command line are relative
 * to the caller's folder.
 *
 * The command runs as a process of its own, because its worker threads are started with the
 * arguments of that process.
 */
import { becomeProcess } from "./library/become-process.ts";

becomeProcess(
  process.execPath,
  [
    "--conditions=@stepwire/source",
    "--import",
    new URL("./source-resolver.ts", import.meta.url).href,
    new URL("../packages/cli/src/main.ts", import.meta.url).pathname,
    ...process.argv.slice(2),
  ],
  process.env["INIT_CWD"] ?? process.cwd(),
);
