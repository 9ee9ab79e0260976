/* Runs the gateway from source. Folders on the command line are relative to the caller's folder. */
import "./source-resolver.ts";

process.chdir(process.env["INIT_CWD"] ?? process.cwd());
await import("../apps/gateway/src/main.ts");
