import { statSync } from "node:fs";
import { resolve } from "node:path";
import { Readable } from "node:stream";
import { CommandFailure, ExitCode, OutputFailure } from "../failure.js";
import {
  expandInput,
  type Input,
  isStandardInput,
  openInput,
  startOfStandardInput,
} from "../files/input.js";
import type { CommandIO } from "../io.js";
import type { Advice } from "./advice.js";
import { givenOptions } from "./command-line.js";

/** A command that reads many documents. */
export interface ManyDocuments {
  readonly command: "pack" | "unpack" | "roundtrip";
  /** The files as the user named them. */
  readonly files: readonly (string | undefined)[];
  readonly options: {
    readonly type: string;
    readonly mode?: string;
    readonly descriptor?: string;
    readonly output?: string;
    readonly format?: string;
  };
}

/** Maximum number of files that are examined after a failure. */
const MOST_FILES = 10;

/**
 * Runs a command that reads many documents. If it fails, the start of the file is read again, and
 * the message says what it is if it is not what the command reads.
 */
export async function withFileAdvice(
  io: CommandIO,
  given: ManyDocuments,
  work: () => Promise<void>,
): Promise<void> {
  try {
    await work();
  } catch (error) {
    const isContent =
      error instanceof CommandFailure &&
      error.retry === undefined &&
      error.exitCode !== ExitCode.usage &&
      !(error instanceof OutputFailure);
    throw isContent ? await advised(io, given, error) : error;
  }
}

async function advised(
  io: CommandIO,
  given: ManyDocuments,
  failure: CommandFailure,
): Promise<CommandFailure> {
  const errors = failure.message.split("\n");
  const { withAdvice } = await import("./advice.js");
  for (const file of failedFiles(io, given, errors)) {
    const advice = await adviseOnFile(io, given, file);
    if (advice !== undefined) {
      const lines = withAdvice(errors, file ?? STANDARD_INPUT, advice);
      return new CommandFailure(lines.join("\n"), { cause: failure });
    }
  }
  return failure;
}

const STANDARD_INPUT = "standard input";

/**
 * Returns the file that an error begins with; undefined stands for standard input. The table of
 * `roundtrip` has the errors, so all its files may have failed.
 */
function failedFiles(
  io: CommandIO,
  { command, files, options }: ManyDocuments,
  [error = ""]: readonly string[],
): (string | undefined)[] {
  if (command === "roundtrip") {
    return files
      .map((file) => (isStandardInput(file) ? undefined : file))
      .filter((file) => file === undefined || isFile(file, io))
      .slice(0, MOST_FILES);
  }
  if (error.startsWith(`${STANDARD_INPUT}:`)) {
    return [undefined];
  }
  const parts = error.split(":");
  // The name of a file may contain colons.
  const names = parts.map((_, index) => parts.slice(0, index).join(":")).slice(1);
  return names.filter((name) => name !== options.output && isFile(name, io)).slice(0, 1);
}

/** Returns whether a file can be read again: a pipe cannot. */
function isFile(name: string, { directory }: CommandIO): boolean {
  return statSync(resolve(directory, name), { throwIfNoEntry: false })?.isFile() === true;
}

async function adviseOnFile(
  io: CommandIO,
  { command, options }: ManyDocuments,
  file: string | undefined,
): Promise<Advice | undefined> {
  const { descriptor } = options;
  if (descriptor !== undefined && !isFile(descriptor, io)) {
    return undefined;
  }
  const [{ adviseOnContent }, { openModel }] = await Promise.all([
    import("./advice.js"),
    import("../schema/open-model.js"),
  ]);
  return adviseOnContent({
    command,
    file,
    bytes: await readStart(file, io),
    model: await openModel(descriptor, io),
    options: givenOptions(options, command === "pack" ? "archive" : "preserve"),
  });
}

/** Reads the start of a file, or what was read of standard input. */
async function readStart(file: string | undefined, io: CommandIO): Promise<Uint8Array> {
  const { EXAMINED_BYTES } = await import("./content.js");
  const parts: Uint8Array[] = [];
  let size = 0;
  try {
    const { chunks } =
      file === undefined ? expandStart(startOfStandardInput(io)) : await openInput(file, io);
    for await (const chunk of chunks) {
      parts.push(chunk);
      size += chunk.length;
      if (size > EXAMINED_BYTES) {
        break;
      }
    }
  } catch (error) {
    // The rest cannot be read, or is not there.
    if (!(error instanceof CommandFailure)) {
      throw error;
    }
  }
  return Buffer.concat(parts);
}

function expandStart(start: readonly Uint8Array[]): Input {
  const chunks = Readable.from(start);
  return expandInput({ name: STANDARD_INPUT, chunks, close: () => chunks.destroy() });
}
