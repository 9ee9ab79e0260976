import { spawnSync } from "node:child_process";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CommandResult, stepwire } from "./stepwire.js";

/** Where a command line runs. */
export interface ShellSetting {
  readonly directory: string;
  readonly stdin?: string | Uint8Array;
  /** Programs that the test replaces by their output. */
  readonly programs?: Readonly<Record<string, string | Uint8Array>>;
  /** The output of programs, if they are not installed. */
  readonly missing?: Readonly<Record<string, string | Uint8Array>> | undefined;
  /** Whether a command may fail, and its output is wanted all the same. */
  readonly mayFail?: boolean | undefined;
}

/**
 * Runs a command line as a shell does, but `stepwire` in this process, which is faster: commands
 * joined by `|` and `&&`, words in quotes, `*` in words, `< FILE` and `> FILE`. Fails if a command fails.
 */
export async function runLine(line: string, setting: ShellSetting): Promise<string> {
  let output = "";
  for (const pipeline of line.split(" && ")) {
    output = (await runPipeline(pipeline, setting)).toString();
  }
  return output;
}

async function runPipeline(pipeline: string, setting: ShellSetting): Promise<Buffer> {
  let data = Buffer.from(setting.stdin ?? "");
  for (const text of pipeline.split(" | ")) {
    const { words, input, output } = parse(text, setting.directory);
    const stdin = input === undefined ? data : readFileSync(join(setting.directory, input));
    data = await runCommand(words, stdin, setting);
    if (output !== undefined) {
      writeFileSync(join(setting.directory, output), data);
    }
  }
  return data;
}

interface ProgramResult extends Omit<CommandResult, "exitCode"> {
  readonly exitCode: number | null;
}

async function runCommand(
  [program = "", ...parameters]: readonly string[],
  stdin: Buffer<ArrayBuffer>,
  { directory, programs = {}, missing = {}, mayFail = false }: ShellSetting,
): Promise<Buffer<ArrayBuffer>> {
  const output = programs[program];
  if (output !== undefined) {
    return Buffer.from(output);
  }
  const { exitCode, stdout, stderr } =
    program === "stepwire"
      ? await stepwire(parameters, { directory, stdin })
      : (runProgram(program, parameters, stdin, directory) ?? printed(missing[program]));
  if (exitCode !== 0 && !mayFail) {
    throw new Error(`${program} ${parameters.join(" ")}: exit code ${exitCode}\n${stderr}`);
  }
  return Buffer.from(stdout);
}

/** Returns undefined if the program is not installed. */
function runProgram(
  program: string,
  parameters: readonly string[],
  input: Uint8Array,
  cwd: string,
): ProgramResult | undefined {
  const { status, stdout, stderr, error } = spawnSync(program, parameters, { cwd, input });
  return error === undefined ? { exitCode: status, stdout, stderr: stderr.toString() } : undefined;
}

function printed(output: string | Uint8Array | undefined): ProgramResult {
  return output === undefined
    ? { exitCode: null, stdout: Buffer.of(), stderr: "is not installed" }
    : { exitCode: 0, stdout: Buffer.from(output), stderr: "" };
}

/** Splits a command into words, without their quotes. */
export function wordsOf(command: string): string[] {
  return [...command.trim().matchAll(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g)].map(([word]) =>
    word.replaceAll(/'([^']*)'|"([^"]*)"/g, (_, single = "", double = "") => single + double),
  );
}

interface ParsedCommand {
  readonly words: readonly string[];
  /** The file that standard input comes from. */
  readonly input: string | undefined;
  /** The file that standard output is written to. */
  readonly output: string | undefined;
}

/** Splits a command into words, replaces patterns by files, and takes out its redirections. */
function parse(text: string, directory: string): ParsedCommand {
  const files: Record<string, string | undefined> = {};
  const words: string[] = [];
  const rest = wordsOf(text);
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === "<" || word === ">") {
      files[word] = rest.shift();
    } else if (word.includes("*") && !text.includes("'")) {
      words.push(...globSync(word, { cwd: directory }).sort());
    } else {
      words.push(word);
    }
  }
  return { words, input: files["<"], output: files[">"] };
}
