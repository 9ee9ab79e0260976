import { availableParallelism } from "node:os";
import type { Mode } from "@stepwire/openai-json";
import { InvalidArgumentError, Option } from "commander";
import { DEFAULT_EXPANSION, type ExpansionOptions } from "../files/compression.js";
import { type BuiltInNames, readNames } from "../schema/prebuilt.js";

const { typeNames, modeNames }: BuiltInNames =
  readNames() ?? (await import("../schema/built-in-names.js")).builtInNames;

/** The types of the built-in schema, by their names on the command line. */
export const builtInTypeNames: readonly string[] = typeNames;

/** Limits of every command that reads documents. */
export interface LimitOptions extends ExpansionOptions {
  readonly maxBytes: number;
  readonly maxDepth: number;
}

/** The value of `--type` for detecting the type from a document's content. */
export const AUTO = "auto";

/** Creates `--type` for a command that reads JSON documents, whose type can be detected. */
export function documentTypeOption(what: string): Option {
  return new Option("--type <type>", `type of ${what}: ${typeList([AUTO])}`).default(AUTO);
}

/** Creates `--type` for a command that reads one binary message, whose type cannot be detected. */
export function messageTypeOption(): Option {
  return new Option(
    "--type <type>",
    `type of the message (required, because the bytes do not tell it): ${typeList([])}`,
  );
}

function typeList(others: readonly string[]): string {
  return `${[...others, ...typeNames].join(", ")}, or the full name of a message`;
}

/** A type of the built-in schema, for examples in help. */
export const exampleType: string = typeNames[0] ?? "";

/** Creates `--mode`, with the command's default. */
export function modeOption(defaultMode: Mode): Option {
  return new Option("--mode <mode>", "what to refuse (see below)")
    .choices(modeNames)
    .default(defaultMode);
}

/** The help text about modes. */
export const modeHelp: string = `
Modes:
  strict    refuses everything that is not in the schema
  preserve  refuses missing required members and known members of a wrong type;
            keeps everything else
  archive   accepts every JSON object; keeps values that do not fit
  All modes refuse text that is not JSON, documents that are not objects,
  duplicate members, a lone surrogate in a member name, and documents that
  exceed a limit.`;

/** Creates `-o`, for a command that writes one file. */
export function outputOption(description: string): Option {
  return new Option(
    "-o, --output <file>",
    `${description}, compressed if it ends in .gz or .zst; default: standard output`,
  );
}

/** Creates `--max-bytes`, for documents. */
export function maxBytesOption(what: string): Option {
  return new Option("--max-bytes <size>", `maximum size of a ${what}, such as 500K or 64M`)
    .argParser(parseSize)
    .default(64 * 1024 * 1024, "64M");
}

/** Creates `--max-depth`, for documents. */
export function maxDepthOption(): Option {
  return new Option("--max-depth <levels>", "maximum nesting of a document, up to 1000")
    .argParser(parseDepth)
    .default(100);
}

/** Creates `--max-expansion`, for every command that reads files. */
export function maxExpansionOption(): Option {
  return new Option(
    "--max-expansion <times>",
    "maximum size of a compressed input (gzip, zstd), as a multiple of its compressed size; 64M are always allowed",
  )
    .argParser(parseCount)
    .default(DEFAULT_EXPANSION);
}

/** Whether a command stops at a bad document or skips it. */
export type OnError = "stop" | "skip";

/** Creates `--on-error`, for commands that read many documents. */
export function onErrorOption(what: string): Option {
  return new Option("--on-error <action>", `what to do with ${what}`)
    .choices(["stop", "skip"])
    .default("stop");
}

/** Creates `--max-rows`, for a command that prints a table. */
export function maxRowsOption(): Option {
  return new Option(
    "--max-rows <count>",
    "a row for each document, at most this many for equal documents and for others; default: 50, and for more documents a row for each type",
  ).argParser(parseCount);
}

/** Creates `--max-reports`, for commands that read many documents. */
export function maxReportsOption(what: string): Option {
  return new Option(
    "--max-reports <count>",
    `maximum number of refused ${what} to report; all are counted`,
  )
    .argParser(parseCount)
    .default(1000);
}

/** Creates `--jobs`, for commands that read many documents. */
export function jobsOption(): Option {
  return new Option("--jobs <count>", "number of cores to use; it does not change the order")
    .argParser(parseJobs)
    .default(availableParallelism(), "all");
}

const factors: Readonly<Record<string, number>> = { "": 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30 };
const LARGEST_BYTES = 2 ** 31 - 1;

function parseSize(text: string): number {
  const [, digits, unit = ""] = /^([0-9]+)([KMG]?)(?:i?B)?$/i.exec(text) ?? [];
  const size = Number(digits) * (factors[unit.toUpperCase()] ?? Number.NaN);
  if (!(size >= 1 && size <= LARGEST_BYTES)) {
    throw new InvalidArgumentError("Expected a number of bytes below 2G, such as 500K or 64M.");
  }
  return size;
}

function parseDepth(text: string): number {
  const depth = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  if (!(depth >= 1 && depth <= 1000)) {
    throw new InvalidArgumentError("Expected a number from 1 to 1000.");
  }
  return depth;
}

const LARGEST_COUNT = 2 ** 31 - 1;

function parseCount(text: string): number {
  const count = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  if (!(count <= LARGEST_COUNT)) {
    throw new InvalidArgumentError("Expected a number from 0 to 2,147,483,647.");
  }
  return count;
}

const MOST_JOBS = 256;

function parseJobs(text: string): number {
  const jobs = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  if (!(jobs >= 1 && jobs <= MOST_JOBS)) {
    throw new InvalidArgumentError(`Expected a number from 1 to ${MOST_JOBS}.`);
  }
  return jobs;
}
