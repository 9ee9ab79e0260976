import { type FamilyName, type FindingKind, familyNames, findingKinds } from "@stepwire/doctor";
import { type Command, InvalidArgumentError, Option } from "commander";
import { maxBytesOption } from "../commands/options.js";
import { usageFailure } from "./usage-failure.js";

/** The options of `stepwire doctor`. */
export interface DoctorOptions {
  readonly url?: URL;
  readonly header: Readonly<Record<string, string>>;
  readonly listen: { readonly host: string; readonly port: number };
  readonly lines?: true;
  readonly before?: string;
  readonly after?: string;
  readonly probe: readonly string[];
  readonly suite: boolean;
  readonly family: readonly FamilyName[];
  readonly only: readonly string[];
  readonly failOn: readonly FindingKind[];
  readonly list?: true;
  readonly json?: true;
  readonly showValues?: true;
  readonly maxFindings: number;
  readonly maxBytes: number;
  readonly timeout: number;
}

const MEBIBYTE = 1024 * 1024;
const DEFAULT_PORT = 8089;

/** Adds the options of `stepwire doctor`. */
export function addDoctorOptions(command: Command): void {
  const repeated = (value: string, before: readonly string[]): readonly string[] => [
    ...before,
    value,
  ];
  for (const option of [
    new Option("--url <url>", "base URL of a server or proxy, as for its clients").argParser(
      parseUrl,
    ),
    new Option("--header <header>", 'header of each request, as "name: value"; repeatable')
      .argParser(parseHeader)
      .default({}, "none"),
    new Option("--listen <address>", "where the doctor's upstream listens, for --url")
      .argParser(parseAddress)
      .default({ host: "127.0.0.1", port: DEFAULT_PORT }, `127.0.0.1:${DEFAULT_PORT}`),
    new Option("--lines", "start the command once, and send all probes as lines of JSON"),
    new Option("--before <file>", "file or folder to compare with --after"),
    new Option("--after <file>", "what came of it"),
    new Option("--probe <file>", "a .json or .sse file, or a folder, to send too; repeatable")
      .argParser(repeated)
      .default([], "none"),
    new Option("--no-suite", "send only the files of --probe"),
    new Option("--family <names>", `APIs to examine: ${familyNames.join(", ")}`)
      .argParser(listOf(familyNames))
      .default(familyNames, "all"),
    new Option("--only <names>", "probes to send, such as nulls,chat/stream/*")
      .argParser((text: string) => text.split(","))
      .default([], "all"),
    new Option(
      "--fail-on <kinds>",
      `findings that make the exit code 1: ${findingKinds.join(", ")}, or none`,
    )
      .argParser(parseKinds)
      .default(findingKinds, "all"),
    new Option("--list", "print the probes and why they matter; send nothing"),
    new Option("--json", "write the result as JSON"),
    new Option("--show-values", "also show the values that were sent and received, cut short"),
    new Option("--max-findings <count>", "maximum number of rows for each probe")
      .argParser(parseCount)
      .default(20),
    maxBytesOption("document, or of an answer").default(16 * MEBIBYTE, "16M"),
    new Option("--timeout <seconds>", "how long a probe may take")
      .argParser(parseCount)
      .default(30),
  ]) {
    command.addOption(option);
  }
}

// Commander's errors show the argument, and these may have credentials.

function parseUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol)) {
    throw usageFailure("--url: Expected a URL such as http://localhost:4000/v1.");
  }
  if (url.username !== "" || url.password !== "") {
    throw usageFailure(
      "--url: Expected a URL without credentials; give them as a header, with --header.",
    );
  }
  return url;
}

function parseHeader(
  text: string,
  before: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const [, name, value] = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\x20-\x7e]*)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw usageFailure('--header: Expected a header such as "authorization: Bearer KEY".');
  }
  return { ...before, [name]: value };
}

const LAST_PORT = 65_535;

function parseAddress(text: string): DoctorOptions["listen"] {
  const [, address, host = address ?? "127.0.0.1", digits] =
    /^(?:(?:\[([0-9a-f:]+)\]|([^:\s]+)):)?([0-9]{1,5})$/i.exec(text) ?? [];
  const port = Number(digits);
  if (!(port <= LAST_PORT)) {
    throw new InvalidArgumentError("Expected a port, or an address such as 127.0.0.1:8089.");
  }
  return { host, port };
}

function listOf<Name extends string>(names: readonly Name[]): (text: string) => readonly Name[] {
  return (text) =>
    text.split(",").map((word) => {
      const found = names.find((name) => name === word);
      if (found === undefined) {
        throw new InvalidArgumentError(`Allowed choices are ${names.join(", ")}.`);
      }
      return found;
    });
}

function parseKinds(text: string): readonly FindingKind[] {
  return text === "none" ? [] : listOf(findingKinds)(text);
}

const LARGEST_COUNT = 100_000;

function parseCount(text: string): number {
  const count = /^[0-9]+$/.test(text) ? Number(text) : Number.NaN;
  if (!(count >= 1 && count <= LARGEST_COUNT)) {
    throw new InvalidArgumentError("Expected a number from 1 to 100,000.");
  }
  return count;
}
