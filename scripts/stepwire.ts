/*
 * Runs the command from source, so that it works in a fresh clone and always shows
 * the code as it stands. pnpm starts scripts in the root of the workspace; file
 * names on the command line are meant from where the caller is.
 *
 * It is a process of its own, because its worker threads are started with the
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
