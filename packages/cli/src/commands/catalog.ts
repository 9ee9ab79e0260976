import type { Command } from "commander";
import type { CommandIO } from "../io.js";

/** A subcommand: what the help of `stepwire` says about it, and how to load the rest. */
interface CatalogEntry {
  readonly name: string;
  readonly summary: string;
  readonly argument: string;
  /** Whether only programs use it, so that the help does not list it. */
  readonly isHidden?: true;
  readonly load: () => Promise<{ define(command: Command, io: CommandIO): void }>;
}

const catalog: readonly CatalogEntry[] = [
  {
    name: "encode",
    summary: "convert a JSON document to binary",
    argument: "[file]",
    load: () => import("./encode.js"),
  },
  {
    name: "decode",
    summary: "convert a binary message to JSON",
    argument: "[file]",
    load: () => import("./decode.js"),
  },
  {
    name: "pack",
    summary: "convert lines of JSON, or transcripts of streams, to a compact archive",
    argument: "[file...]",
    load: () => import("./pack.js"),
  },
  {
    name: "unpack",
    summary: "convert an archive back to lines of JSON, or to a transcript",
    argument: "[file]",
    load: () => import("./unpack.js"),
  },
  {
    name: "roundtrip",
    summary: "check that documents are preserved, and show their sizes",
    argument: "<file...>",
    load: () => import("./roundtrip.js"),
  },
  {
    name: "inspect",
    summary: "explain a binary message, field by field",
    argument: "[file]",
    load: () => import("./inspect.js"),
  },
  {
    name: "table",
    summary: "compile your own schema for the packages of other languages",
    argument: "",
    load: () => import("./table.js"),
  },
  {
    name: "import",
    summary: "write .proto files from an OpenAPI document",
    argument: "<file>",
    load: () => import("./import.js"),
  },
  {
    name: "doctor",
    summary: "find what a library, a server or a proxy drops or changes",
    argument: "[command...]",
    load: () => import("./doctor.js"),
  },
  {
    name: "completion",
    summary: "print a script for the completion of bash, zsh or fish",
    argument: "<shell>",
    load: () => import("./completion.js"),
  },
  {
    name: "complete",
    summary: "complete a command line",
    argument: "<shell> [words...]",
    isHidden: true,
    load: () => import("./complete.js"),
  },
];

/**
 * Adds all subcommands to the program. Only those that occur in the parameters are loaded: the
 * others cannot be chosen, and loading them would take most of the time of `stepwire --help`.
 */
export async function addCommands(
  program: Command,
  parameters: readonly string[],
  io: CommandIO,
): Promise<void> {
  for (const { name, summary, argument, isHidden = false, load } of catalog) {
    const command = program.command(name, { hidden: isHidden }).summary(summary);
    if (parameters.includes(name)) {
      (await load()).define(command, io);
    } else {
      // The help of the program only shows that a subcommand has options, at least --help.
      command.option("--descriptor <file>");
      if (argument !== "") {
        command.arguments(argument);
      }
    }
  }
}
