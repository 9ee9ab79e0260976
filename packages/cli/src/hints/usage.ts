import { existsSync, statSync } from "node:fs";
import { extname, resolve } from "node:path";
import type { CommanderError } from "commander";
import type { CommandIO } from "../io.js";
import { fileWord } from "./shell-word.js";

/** Returns lines with command lines that may be meant instead of a wrong one. */
export function adviseOnUsage(
  { code }: CommanderError,
  parameters: readonly string[],
  io: CommandIO,
): string[] {
  switch (code) {
    case "commander.unknownCommand":
      return adviseOnFile(parameters, io);
    case "commander.missingArgument":
      return adviseOnMissing(parameters);
    case "commander.excessArguments":
      return adviseOnSecondFile(parameters, io);
    default:
      return [];
  }
}

/** Advises on a file where the command is expected. */
function adviseOnFile([file = ""]: readonly string[], { directory }: CommandIO): string[] {
  if (file === "version") {
    return ["try: stepwire --version"];
  }
  const path = resolve(directory, file);
  if (!existsSync(path)) {
    return [];
  }
  const isBinary = [".archive", ".binpb", ".bin", ".pb"].includes(extname(file));
  const command = isBinary && !statSync(path).isDirectory() ? "unpack" : "roundtrip";
  return [`${file}: is a file; name a command first`, `try: stepwire ${command} ${fileWord(file)}`];
}

/** Advises on a missing file of `roundtrip`, or a missing shell of `completion`. */
function adviseOnMissing([command = ""]: readonly string[]): string[] {
  return command === "roundtrip"
    ? ["name files or folders: stepwire roundtrip FILE..., or a pipe: stepwire roundtrip -"]
    : ["name your shell", "try: stepwire completion bash"];
}

/** Advises on a file that follows the only input, and may be meant as the output. */
function adviseOnSecondFile(
  [command = "", file = "", other = "", ...more]: readonly string[],
  { directory }: CommandIO,
): string[] {
  const isOutput =
    more.length === 0 &&
    [file, other].every((word) => !word.startsWith("-")) &&
    !existsSync(resolve(directory, other));
  return isOutput && command !== "inspect"
    ? [
        `${command} reads one file, and -o names the file to write`,
        `try: stepwire ${command} ${fileWord(file)} -o ${fileWord(other)}`,
      ]
    : [`${command} reads one file; pack and roundtrip read several`];
}
