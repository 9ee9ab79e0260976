import type { Command, Option } from "commander";
import { shorten } from "../terminal/printable.js";

/** A word that may complete a command line. */
export interface Candidate {
  readonly word: string;
  readonly description: string;
}

/** What completes a command line: the name of a file, or one of the words. */
export type Completion = "files" | readonly Candidate[];

/** Lists words that are not part of the program. */
export interface Lists {
  /** Lists the types for `--type`, of the schema in a file or the built-in one. */
  types(typed: string, descriptor: string | undefined): Promise<Iterable<string>>;
  /** Lists the schemas for `--root`, of the document in a file. */
  roots(file: string): Promise<Iterable<string>>;
}

/** Value names of options and arguments, as the help shows them, that are files or folders. */
const FILE = "file";
const FOLDER = "folder";
/** The option whose values depend on the schema. */
const TYPE = "--type";
const DESCRIPTOR = "--descriptor";
/** The option whose values depend on the document that is the first argument. */
const ROOT = "--root";
const DESCRIPTION_LENGTH = 60;

/**
 * Completes a command line by the commands, options and arguments that the program defines.
 *
 * @param words the words of the command line after `stepwire`; the last one is being typed.
 */
export function complete(
  program: Command,
  words: readonly string[],
  lists: Lists,
): Promise<Completion> | Completion {
  const current = words.at(-1) ?? "";
  const before = words.slice(0, -1);
  const name = before.find((word) => !word.startsWith("-"));
  if (name === undefined || name === "help") {
    const found = current.startsWith("-") ? optionsOf(program) : commandsOf(program);
    return matching(found, current);
  }
  const command = program.commands.find((each) => each.name() === name);
  return command === undefined
    ? []
    : completeCommand(command, before.slice(before.indexOf(name) + 1), current, lists);
}

async function completeCommand(
  command: Command,
  before: readonly string[],
  current: string,
  lists: Lists,
): Promise<Completion> {
  const line = parse(command, before);
  const [assigned = "", flag = ""] = /^(--[^=]+)=/.exec(current) ?? [];
  const option = assigned === "" ? line.pending : findOption(command, flag);
  if (option !== undefined) {
    const value = current.slice(assigned.length);
    const values = await valuesOf(option, value, line, lists);
    return values === "files"
      ? values
      : matching(values, value).map((each) => ({ ...each, word: assigned + each.word }));
  }
  if (current.startsWith("-")) {
    const free = optionsOf(command).filter(({ word }) => !line.given.has(word));
    return matching(free, current);
  }
  const argument =
    command.registeredArguments[line.operands.length] ?? command.registeredArguments.at(-1);
  if (argument === undefined || (line.operands.length > 0 && !argument.variadic)) {
    return [];
  }
  return argument.name() === FILE
    ? "files"
    : matching((argument.argChoices ?? []).map(plain), current);
}

/** What a command line has before the word that is being typed. */
interface ParsedLine {
  /** The option whose value is being typed. */
  readonly pending: Option | undefined;
  /** The options that were given. */
  readonly given: ReadonlySet<string>;
  /** The arguments that are no options. */
  readonly operands: readonly string[];
  readonly descriptor: string | undefined;
}

function parse(command: Command, words: readonly string[]): ParsedLine {
  let pending: Option | undefined;
  const given = new Set<string>();
  const operands: string[] = [];
  let descriptor: string | undefined;
  for (const word of words) {
    const [flag = "", value] = word.split(/=(.*)/s);
    if (pending !== undefined) {
      descriptor = pending.long === DESCRIPTOR ? word : descriptor;
      pending = undefined;
    } else if (word.startsWith("-") && word !== "-") {
      const option = findOption(command, flag);
      given.add(option?.long ?? flag);
      descriptor = option?.long === DESCRIPTOR ? value : descriptor;
      pending = takesValue(option) && value === undefined ? option : undefined;
    } else {
      operands.push(word);
    }
  }
  return { pending, given, operands, descriptor };
}

function findOption(command: Command, flag: string): Option | undefined {
  return command.options.find(({ long, short }) => long === flag || short === flag);
}

function takesValue(option: Option | undefined): boolean {
  return option !== undefined && (option.required || option.optional);
}

async function valuesOf(
  option: Option,
  typed: string,
  { descriptor, operands: [file] }: ParsedLine,
  lists: Lists,
): Promise<Completion> {
  if (option.argChoices !== undefined) {
    return option.argChoices.map(plain);
  }
  if (option.long === TYPE) {
    const types = [...(await lists.types(typed, descriptor))];
    const usual: unknown = option.defaultValue;
    return (typeof usual === "string" ? [usual, ...types] : types).map(plain);
  }
  if (option.long === ROOT && file !== undefined) {
    return [...(await lists.roots(file))].map(plain);
  }
  const isFile = [FILE, FOLDER].some((name) => option.flags.includes(`<${name}>`));
  return isFile ? "files" : [];
}

function plain(word: string): Candidate {
  return { word, description: "" };
}

function commandsOf(program: Command): Candidate[] {
  return program
    .createHelp()
    .visibleCommands(program)
    .map((command) => ({
      word: command.name(),
      description: startOf(command.summary() || command.description()),
    }));
}

function optionsOf(command: Command): Candidate[] {
  return command
    .createHelp()
    .visibleOptions(command)
    .map(({ long, short, description }) => ({
      word: long ?? short ?? "",
      description: startOf(description),
    }));
}

/** Returns the start of a description. */
function startOf(description: string): string {
  const [start = ""] = description.split(/[:;(\n]/);
  return shorten(start.trim(), DESCRIPTION_LENGTH);
}

function matching(candidates: readonly Candidate[], typed: string): Candidate[] {
  return candidates.filter(({ word }) => word.startsWith(typed));
}
