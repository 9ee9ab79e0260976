import { Command, CommanderError } from "commander";
import { registerEgress } from "./config/egress-command.js";
import { registerIngress } from "./config/ingress-command.js";
import { GatewayFailure } from "./failure.js";
import type { GatewayIO } from "./io.js";

/** Exit code for an invalid command line or configuration. */
const USAGE = 2;

/**
 * Runs the command `stepwire-gateway` until it is told to end.
 *
 * @returns the exit code.
 */
export async function run(parameters: readonly string[], io: GatewayIO): Promise<number> {
  try {
    await createProgram(io).parseAsync(parameters, { from: "user" });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? 0 : USAGE;
    }
    const reason = error instanceof GatewayFailure ? error.message : systemFailure(error);
    if (reason === undefined) {
      throw error;
    }
    io.stderr.write(`stepwire-gateway: ${reason}\n`);
    return error instanceof GatewayFailure ? USAGE : 1;
  }
}

function createProgram(io: GatewayIO): Command {
  const program = new Command("stepwire-gateway")
    .description(
      "The OpenAI API in binary between two gateways: the ingress is in front of a server of the API, the egress in front of unchanged clients.",
    )
    .exitOverride()
    .showHelpAfterError("Add --help for help.")
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
    })
    .addHelpText(
      "after",
      `
Every option can be set in the environment: STEPWIRE_GATEWAY_MAX_BODY=4M is --max-body 4M.

With OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318, or another standard variable of OpenTelemetry
that names a destination, spans and metrics are sent there.

Examples:
  $ stepwire-gateway ingress --upstream https://api.openai.com/v1
  $ stepwire-gateway egress --backend http://127.0.0.1:8081
  $ stepwire-gateway ingress --replay recordings`,
    );
  registerIngress(program, io);
  registerEgress(program, io);
  return program;
}

const systemFailures: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is in use",
  EADDRNOTAVAIL: "the address is none of this machine's",
  EACCES: "permission denied",
  ENOENT: "no such file or folder",
  ENOTDIR: "not a folder",
};

/** Returns the text for an error of the operating system; undefined for a bug in the program. */
function systemFailure(error: unknown): string | undefined {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const isOfSystem = error instanceof Error && "syscall" in error;
  return (
    systemFailures[code] ?? (isOfSystem ? `${String(error.syscall)} failed: ${code}` : undefined)
  );
}
