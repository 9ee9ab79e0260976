import { Argument, type Command } from "commander";
import { type Completion, complete } from "../completion/complete.js";
import { type Shell, shells } from "../completion/scripts.js";
import { CommandFailure } from "../failure.js";
import { openFile, readAll, streamFile } from "../files/input.js";
import { writeStandardOutput } from "../files/standard-output.js";
import type { CommandIO } from "../io.js";
import { builtInTypeNames } from "./options.js";

/** Maximum size of a document whose schemas complete a command line: nobody waits for more. */
const MAX_DOCUMENT_BYTES = 16 * 1024 * 1024;

/**
 * Adds the arguments and the action of `stepwire complete`, which the scripts of `stepwire
 * completion` call: `stepwire complete bash -- WORDS`. The last word is the one that is being typed.
 * The first line of the answer is `files` or `list`; in a list, each further line is a word, a tab
 * and its description.
 */
export function define(command: Command, io: CommandIO): void {
  command
    .description("Completes a command line, for the scripts of stepwire completion.")
    .addArgument(new Argument("<shell>", "the shell that asks").choices(shells))
    .argument("[words...]", "the words after stepwire, up to the one that is being typed")
    .action(async (shell: Shell, words: string[]) => {
      const program = command.parent ?? command;
      const line = shell === "bash" ? joinAssignments(words) : words;
      const found = await complete(program, line, {
        types: (typed, descriptor) => listTypes(typed, descriptor, io),
        roots: (file) => listRoots(file, io),
      });
      await writeStandardOutput(io, format(found, shell));
    });
}

function format(completion: Completion, shell: Shell): string {
  if (completion === "files") {
    return "files\n";
  }
  const lines = completion.map(({ word, description }) => {
    // bash replaces only what follows the "=".
    const replacing = shell === "bash" ? word.replace(/^--[^=]+=/, "") : word;
    return `${replacing}\t${description}\n`;
  });
  return ["list\n", ...lines].join("");
}

/** Joins an option, "=" and its value, which bash treats as three words. */
function joinAssignments(words: readonly string[]): string[] {
  const joined: string[] = [];
  for (const [index, word] of words.entries()) {
    const last = joined.at(-1);
    const isAssignment = word === "=" && last?.startsWith("--") === true;
    const isValue = words[index - 1] === "=" && last?.endsWith("=") === true;
    if (isAssignment || isValue) {
      joined[joined.length - 1] = last + word;
    } else {
      joined.push(word);
    }
  }
  return joined;
}

/** Returns short names of types, and full names once a dot is typed. */
async function listTypes(
  typed: string,
  descriptor: string | undefined,
  io: CommandIO,
): Promise<Iterable<string>> {
  const isFullName = typed.includes(".");
  if (descriptor === undefined && !isFullName) {
    return builtInTypeNames;
  }
  const { openModel } = await import("../schema/open-model.js");
  try {
    const model = await openModel(descriptor, io);
    const fullNames = [...model.messages].map(({ typeName }) => typeName);
    return isFullName || model.typeNames.length === 0 ? fullNames : model.typeNames;
  } catch (error) {
    if (error instanceof CommandFailure) {
      // The schema cannot be read, which the command will say.
      return [];
    }
    throw error;
  }
}

/** Returns the names of the schemas in a document. */
async function listRoots(file: string, io: CommandIO): Promise<Iterable<string>> {
  const { ImportError, schemaNames } = await import("@stepwire/openapi-to-proto");
  try {
    const { handle } = await openFile(file, io);
    const bytes = await readAll(streamFile(file, handle, io), MAX_DOCUMENT_BYTES);
    return schemaNames({ document: { name: file, bytes } });
  } catch (error) {
    if (error instanceof CommandFailure || error instanceof ImportError) {
      // The document cannot be read, which the command will say.
      return [];
    }
    throw error;
  }
}
