import { Command, CommanderError } from "commander";
import { addCommands } from "./commands/catalog.js";
import { examples } from "./commands/examples.js";
import { CommandFailure, ExitCode, errorCode, type Retry } from "./failure.js";
import { writeStandardOutput } from "./files/standard-output.js";
import { shellWord } from "./hints/shell-word.js";
import { adviseOnUsage } from "./hints/usage.js";
import type { CommandIO } from "./io.js";
import { report } from "./report.js";
import { createStyle } from "./terminal/style.js";
import { readVersion } from "./version.js";

/**
 * Runs the command `stepwire` with its arguments.
 *
 * @returns the exit code. Failures are reported, not thrown. Only bugs in the program and the
 * reason of an aborted signal are thrown.
 */
export async function run(parameters: readonly string[], io: CommandIO): Promise<ExitCode> {
  for (const stream of [io.stdout, io.stderr]) {
    // Writers receive the error; without a listener, it would also end the process.
    stream.on("error", () => {});
  }
  try {
    return await runProgram(parameters, io);
  } catch (error) {
    io.signal.throwIfAborted();
    if (errorCode(error) === "EPIPE") {
      // The reader closed the pipe, as `head` does after some lines.
      return ExitCode.success;
    }
    if (error instanceof CommandFailure) {
      report(io, [...error.message.split("\n"), ...describeRetry(error.retry, parameters)]);
      return error.exitCode;
    }
    throw error;
  }
}

/** Returns a line with the user's command line, changed so that it works. */
function describeRetry(retry: Retry | undefined, parameters: readonly string[]): string[] {
  const { before, replace: [word, by] = [] } = retry ?? {};
  if (retry === undefined || (by !== undefined && parameters.includes(by))) {
    return [];
  }
  const words = parameters.map((parameter) => {
    const value = /^--[^=]+=/.exec(parameter)?.[0] ?? "";
    return shellWord(by !== undefined && parameter === value + word ? value + by : parameter);
  });
  return [`try: ${before === undefined ? "" : `${before} && `}${["stepwire", ...words].join(" ")}`];
}

async function runProgram(parameters: readonly string[], io: CommandIO): Promise<ExitCode> {
  const help: Promise<void>[] = [];
  const program = createProgram(io, (text) => {
    help.push(writeStandardOutput(io, text));
  });
  await addCommands(program, parameters, io);
  try {
    await program.parseAsync(parameters, { from: "user" });
    return ExitCode.success;
  } catch (error) {
    if (!(error instanceof CommanderError)) {
      throw error;
    }
    await Promise.all(help);
    report(io, adviseOnUsage(error, parameters, io));
    return error.exitCode === 0 ? ExitCode.success : ExitCode.usage;
  }
}

function createProgram(io: CommandIO, writeHelp: (text: string) => void): Command {
  const style = createStyle(io.stdout, io.environment);
  const program = new Command("stepwire")
    .description("OpenAI JSON as Protobuf: lossless from JSON to binary and back.")
    .version(readVersion(), "-V, --version")
    .exitOverride()
    .showHelpAfterError("Add --help for help.")
    .configureOutput({
      writeOut: writeHelp,
      writeErr: (text) => io.stderr.write(text),
      outputError: (text) =>
        report(
          io,
          text
            .trimEnd()
            .replace(/^error: /, "")
            .split("\n"),
        ),
      getOutHasColors: () => true,
      getErrHasColors: () => true,
      getOutHelpWidth: () => HELP_WIDTH,
      getErrHelpWidth: () => HELP_WIDTH,
    })
    .configureHelp({ styleTitle: (text) => style("bold", text) })
    .addHelpText(
      "after",
      examples(
        "stepwire roundtrip exports/",
        "stepwire encode step.json -o step.binpb",
        "stepwire decode step.binpb --type TYPE --pretty",
        "stepwire pack all.jsonl run.sse -o all.archive",
        "stepwire unpack all.archive | head -n 1",
      ),
    )
    .addHelpText(
      "after",
      `
Files may be compressed with gzip or zstd.

Exit codes:
  0  success
  1  a document was refused, or a file cannot be read or written
  2  the command line is wrong`,
    );
  return program;
}

const HELP_WIDTH = 80;
