import { extname } from "node:path";
import { Option } from "commander";
import { nameOfContent } from "../files/compression.js";
import { isStandardInput } from "../files/input.js";

/** A format of many binary documents in a file: `delimited` is each document after its size. */
export type ContainerFormat = "archive" | "delimited" | "parquet";

/** The choice of a container format; with `auto`, the file decides. */
export type ContainerChoice = ContainerFormat | "auto";

/** The container formats that `pack` writes and `unpack` reads. */
export const containerFormats: readonly ContainerFormat[] = ["archive", "delimited", "parquet"];

/** The value for deciding by the file. */
const AUTO = "auto";

/** Creates `--from`, for the format of the input. */
export function fromOption(description: string, formats: readonly string[]): Option {
  return new Option("--from <format>", description).choices([AUTO, ...formats]).default(AUTO);
}

/** Creates `--to`, for the format of the output. */
export function toOption(description: string, formats: readonly string[]): Option {
  return new Option("--to <format>", description).choices([AUTO, ...formats]).default(AUTO);
}

/**
 * Creates `--format`, which means `--from` or `--to`, depending on the value. It is not in the help,
 * because `--from` and `--to` say which side they mean.
 */
export function formatOption(formats: readonly string[]): Option {
  return new Option("--format <format>", "short for --from or --to")
    .choices([AUTO, ...formats])
    .hideHelp();
}

/**
 * Returns the choice for one side: that of `--from` or `--to`, or else of `--format` if its value is
 * for this side.
 */
export function chosenFormat<Format extends string>(
  choice: Format | "auto",
  format: string | undefined,
  formats: readonly Format[],
): Format | "auto" {
  return (choice === AUTO && formats.find((each) => each === format)) || choice;
}

/** The formats of files with these endings; all others are archives. */
const formatByEnding: ReadonlyMap<string, ContainerFormat> = new Map([
  [".delimited", "delimited"],
  [".parquet", "parquet"],
]);

/** Returns the container format that the name of an output tells. */
export function containerOfName(file: string | undefined): ContainerFormat {
  const name = isStandardInput(file) ? "" : nameOfContent(file);
  return formatByEnding.get(extname(name)) ?? "archive";
}
