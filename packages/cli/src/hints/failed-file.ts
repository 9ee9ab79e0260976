import { statSync } from "node:fs";
import { resolve } from "node:path";
import { CommandFailure, ExitCode, OutputFailure } from "../failure.js";
import { openInput } from "../files/input.js";
import type { CommandIO } from "../io.js";
import type { Subject } from "./advice.js";
import type { GivenOptions } from "./command-line.js";

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
  const piped = adviseOnPipe(given, errors);
  if (piped !== undefined) {
    return new CommandFailure([...errors, ...piped].join("\n"), { cause: failure });
  }
  const { withAdvice } = await import("./advice.js");
  for (const file of failedFiles(io, given, errors)) {
    const advice = await adviseOnFile(io, given, file);
    if (advice !== undefined) {
      return new CommandFailure(withAdvice(errors, file, advice).join("\n"), { cause: failure });
    }
  }
  return failure;
}

/** Returns advice about standard input, which cannot be read again. */
function adviseOnPipe(
  { command }: ManyDocuments,
  [error = ""]: readonly string[],
): string[] | undefined {
  const isIndented = /^standard input:1:\d+: .*: not_json: .*found the end of the text$/.test(
    error,
  );
  return command === "pack" && isIndented
    ? [
        "standard input: pack reads one document on each line; to pack one on several lines:",
        "try: tr -d '\\r\\n' | stepwire pack",
      ]
    : undefined;
}

/**
 * Returns the file that an error begins with. The table of `roundtrip` has the errors, so all its
 * files may have failed.
 */
function failedFiles(
  { directory }: CommandIO,
  { command, files }: ManyDocuments,
  [error = ""]: readonly string[],
): string[] {
  const isFile = (name: string): boolean =>
    statSync(resolve(directory, name), { throwIfNoEntry: false })?.isFile() === true;
  if (command === "roundtrip") {
    return files
      .filter((file) => file !== undefined)
      .filter(isFile)
      .slice(0, MOST_FILES);
  }
  const parts = error.split(":");
  // The name of a file may contain colons.
  const names = parts.map((_, index) => parts.slice(0, index).join(":")).slice(1);
  return names.filter(isFile).slice(0, 1);
}

async function adviseOnFile(
  io: CommandIO,
  { command, options }: ManyDocuments,
  file: string,
): Promise<ReturnType<typeof import("./advice.js").adviseOnContent>> {
  const [{ adviseOnContent }, { EXAMINED_BYTES }, { openModel }] = await Promise.all([
    import("./advice.js"),
    import("./content.js"),
    import("../schema/open-model.js"),
  ]);
  try {
    const subject: Omit<Subject, "bytes"> = {
      command,
      file,
      model: await openModel(options.descriptor, io),
      options: givenOptions(command, options),
    };
    const { chunks } = await openInput(file, io);
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const chunk of chunks) {
      parts.push(chunk);
      size += chunk.length;
      if (size > EXAMINED_BYTES) {
        break;
      }
    }
    return adviseOnContent({ ...subject, bytes: Buffer.concat(parts) });
  } catch (error) {
    if (error instanceof CommandFailure) {
      // The file cannot be read; that is what the failure says.
      return undefined;
    }
    throw error;
  }
}

function givenOptions(
  command: ManyDocuments["command"],
  { type, mode, descriptor, output }: ManyDocuments["options"],
): GivenOptions {
  const usual = command === "pack" ? "archive" : "preserve";
  return {
    type: type === "auto" ? undefined : type,
    mode: mode === usual ? undefined : mode,
    descriptor,
    o: output,
  };
}
