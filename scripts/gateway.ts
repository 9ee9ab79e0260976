/*
 * Runs the gateway from source; folders on the command line are meant from where the
 * caller is.
 */
import "./source-resolver.ts";

process.chdir(process.env["INIT_CWD"] ?? process.cwd());
await import("../apps/gateway/src/main.ts");
