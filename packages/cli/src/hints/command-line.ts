import { basename, dirname, extname, join } from "node:path";
import { nameOfContent } from "../files/compression.js";
import { isStandardInput } from "../files/input.js";
import { fileWord, shellWord } from "./shell-word.js";

/** Options of a command line; a flag is `true`, and an absent option `undefined`. */
export type GivenOptions = Readonly<Record<string, string | true | undefined>>;

/** Options of commands that read documents. */
interface DocumentOptions {
  readonly type?: string;
  readonly mode?: string;
  readonly descriptor?: string;
  readonly output?: string;
}

/** Returns the options with which a command runs again, without those that have the usual value. */
export function givenOptions(
  { type, mode, descriptor, output }: DocumentOptions,
  usualMode: string,
): GivenOptions {
  return {
    type: type === "auto" ? undefined : type,
    mode: mode === usualMode ? undefined : mode,
    descriptor,
    o: output,
  };
}

/**
 * Returns a command line that a shell understands. A short option, such as `o`, is written with one
 * dash.
 *
 * @param file the input; omitted for standard input, or written as `-` for commands that need one.
 */
export function commandLine(
  command: string,
  file: string | undefined,
  options: GivenOptions = {},
): string {
  const input = isStandardInput(file) ? (command === "roundtrip" ? ["-"] : []) : [fileWord(file)];
  const given = Object.entries(options).flatMap(([name, value]) => {
    const flag = name.length === 1 ? `-${name}` : `--${name}`;
    return value === undefined ? [] : value === true ? [flag] : [flag, shellWord(value)];
  });
  return ["stepwire", command, ...input, ...given].join(" ");
}

/** Endings of what the commands write. */
export type OutputEnding = ".binpb" | ".archive" | ".json" | ".jsonl";

/** Returns a name for the result of a file, beside it; `out` for standard input. */
export function outputName(file: string | undefined, ending: OutputEnding): string {
  if (isStandardInput(file)) {
    return `out${ending}`;
  }
  const content = nameOfContent(file);
  const stem = basename(content, extname(content));
  const name = join(dirname(content), stem + ending);
  return name === file ? file + ending : name;
}
