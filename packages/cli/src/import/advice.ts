import { parse } from "node:path";
import { commandLine, type GivenOptions } from "../hints/command-line.js";
import { shellWord } from "../hints/shell-word.js";
import { counted } from "../terminal/quantity.js";

/** A command line that does not say what to import. */
interface Incomplete {
  readonly file: string;
  /** The roots that it names. */
  readonly roots: readonly string[];
  /** The names of the schemas, if it has to name some as roots. */
  readonly names: readonly string[] | undefined;
  readonly needsPackage: boolean;
  /** The other options. */
  readonly options: GivenOptions;
}

/** Number of names that a message lists. */
const SHOWN = 10;

/** Returns lines that say what a command line lacks, and one that lacks nothing. */
export function adviseOnImport(given: Incomplete): string[] {
  const { file, roots, names, needsPackage, options } = given;
  const complete = commandLine("import", file, {
    ...options,
    ...(names !== undefined && { all: true }),
    ...(needsPackage && { package: likelyPackage(file) }),
  });
  return [
    ...(names === undefined ? [] : adviseOnRoots(file, names)),
    ...(needsPackage
      ? ["--package names the Protobuf package of the result, such as acme.kettle.v1"]
      : []),
    `try: ${[complete, ...roots.map((root) => `--root ${shellWord(root)}`)].join(" ")}`,
  ];
}

function adviseOnRoots(file: string, names: readonly string[]): string[] {
  const shown = names.slice(0, SHOWN);
  const more = names.length - shown.length;
  const list = [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join(", ");
  return [
    `${file}: has ${counted(names.length, "schema")}: ${list}`,
    "--root names a schema to import with all that it refers to, and --all means all of them",
  ];
}

/** Returns a package that is named after a file. */
function likelyPackage(file: string): string {
  const { name } = parse(file);
  const words = name.toLowerCase().match(/[a-z][a-z0-9]*/g) ?? ["schemas"];
  return `${words.join("_")}.v1`;
}
