/*
 * Finds the bounds of everything that reads input, for SECURITY.md: those of packages in their
 * sources, those of the programs in their help, which commander writes from the options themselves.
 */
import { dirname } from "node:path";
import { Readable, Writable } from "node:stream";
import { run as runGateway } from "../../apps/gateway/src/run.ts";
import { run as runStepwire } from "../../packages/cli/src/run.ts";
import { root } from "./command.ts";
import { type Manifest, readWorkspace, type SourceFile } from "./workspace.ts";

/** A limit on input, memory or time. */
export interface Bound {
  /** The package or the command that has it. */
  readonly owner: string;
  /** The option. */
  readonly name: string;
  readonly value: string;
  readonly description: string;
}

const OPTION = /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*readonly (max[A-Z]\w*|blockBytes)\?: number/g;

/**
 * Returns the bounds in the options of published packages. Each has a default in its doc comment.
 *
 * @throws {Error} if a bound has no default, or the code another one than its comment.
 */
export function packageBounds(): Bound[] {
  const bounds = readWorkspace(root)
    .filter(({ manifest }) => manifest.private !== true && hasEntries(manifest))
    .flatMap(({ manifest, files }) => {
      const sources = files.filter(({ path }) => /^src\/(?!gen\/)/.test(path));
      return sources.flatMap((file) => boundsIn(manifest.name, file, sources));
    });
  return withoutRepeated(bounds);
}

/** A program has no entries; its bounds are in its help. */
function hasEntries({ exports = {} }: Manifest): boolean {
  return Object.keys(exports).length > 0;
}

function boundsIn(owner: string, file: SourceFile, sources: readonly SourceFile[]): Bound[] {
  return [...file.text.matchAll(OPTION)].map(([, comment = "", name = ""]) => {
    const text = comment
      .replaceAll(/^\s*\*/gm, "")
      .replaceAll(/\s+/g, " ")
      .trim();
    const [description = "", value] = text.split(/ ?@defaultValue /);
    const place = `${owner}, ${file.path}: ${name}`;
    if (value === undefined) {
      throw new Error(`${place} has no @defaultValue in its comment`);
    }
    const siblings = sources.filter(({ path }) => dirname(path) === dirname(file.path));
    const inCode = defaultInCode(name, [file, ...siblings, ...sources]);
    if (inCode === undefined || inCode !== parseQuantity(value)) {
      throw new Error(`${place}: the comment says ${value}, and the code ${inCode ?? "nothing"}`);
    }
    return { owner, name, value, description };
  });
}

/** Returns the default of an option, as the first of the files has it. */
function defaultInCode(name: string, files: readonly SourceFile[]): number | undefined {
  const pattern = new RegExp(
    `\\b${name}(?: \\?\\?|(?:: number)? =|:) ([A-Z_]+|[\\d_]+(?: \\* [\\d_]+)*)[,);\\s]`,
  );
  const constants = files.map(({ text }) => text).join("\n");
  for (const { text } of files) {
    const expression = pattern.exec(text)?.[1];
    if (expression !== undefined) {
      return evaluate(expression, constants);
    }
  }
  return undefined;
}

/** Evaluates a product of integers, or the constant of that name. */
function evaluate(expression: string, constants: string): number | undefined {
  if (/^[A-Z_]+$/.test(expression)) {
    const value = new RegExp(`const ${expression}(?:: number)? = ([\\d_* ]+);`).exec(
      constants,
    )?.[1];
    return value === undefined ? undefined : evaluate(value, constants);
  }
  return expression
    .split("*")
    .reduce((product, factor) => product * Number(factor.replaceAll("_", "")), 1);
}

/** Returns the number of a text such as "1,024" and "64 MiB". */
function parseQuantity(text: string): number {
  const [, digits = "", unit] = /^([\d,]+)( [KM]iB)?$/.exec(text) ?? [];
  const factor = unit === " KiB" ? 2 ** 10 : unit === " MiB" ? 2 ** 20 : 1;
  return digits === "" ? Number.NaN : Number(digits.replaceAll(",", "")) * factor;
}

/** A package has some bounds for both directions. */
function withoutRepeated(bounds: readonly Bound[]): Bound[] {
  const keyOf = ({ owner, name, value }: Bound): string => `${owner} ${name} ${value}`;
  const keys = bounds.map(keyOf);
  return bounds.filter((bound, index) => keys.indexOf(keyOf(bound)) === index);
}

const COMMANDS = ["encode", "decode", "pack", "unpack", "roundtrip", "inspect", "import"];
const ROLES = ["ingress", "egress"];

/** Returns the bounds of the command and of the gateway. */
export async function programBounds(): Promise<Bound[]> {
  const bounds: Bound[] = [];
  for (const command of COMMANDS) {
    const help = await helpOf((stdout) =>
      runStepwire([command, "--help"], {
        stdin: Readable.from([]),
        stdout,
        stderr: process.stderr,
        environment: {},
        directory: root,
        signal: new AbortController().signal,
      }),
    );
    bounds.push(...boundsInHelp(`stepwire ${command}`, help));
  }
  for (const role of ROLES) {
    const help = await helpOf((stdout) =>
      runGateway([role, "--help"], {
        stdout,
        stderr: process.stderr,
        directory: root,
        signal: new AbortController().signal,
      }),
    );
    bounds.push(...boundsInHelp(`gateway ${role}`, help));
  }
  return joinOwners(bounds);
}

async function helpOf(run: (stdout: Writable) => Promise<number>): Promise<string> {
  let text = "";
  const stdout = new Writable({
    write(chunk: Buffer, _encoding, done) {
      text += chunk;
      done();
    },
  });
  await run(stdout);
  return text;
}

const BOUND_OPTION =
  /^(--(?:max-[\w-]+|[\w-]+-(?:timeout|window|time|wait|size|grace))) <\w+> (.*)$/;

function boundsInHelp(owner: string, help: string): Bound[] {
  // A line that continues the text of an option begins with many spaces.
  const lines = help.replaceAll(/\n {10,}/g, " ").split("\n");
  return lines.flatMap((line) => {
    const [, name, text] = BOUND_OPTION.exec(line.trim().replaceAll(/\s+/g, " ")) ?? [];
    if (name === undefined || text === undefined) {
      return [];
    }
    const value = /\(default: ([^,)]+)/.exec(text)?.[1];
    const description = text.replace(/ \((?:default|env): .*/, "");
    const [what = "", byDefault] = description.split("; by default ");
    return [{ owner, name, value: value ?? byDefault ?? "none", description: what }];
  });
}

/** Joins the same option of several commands to one bound. */
function joinOwners(bounds: readonly Bound[]): Bound[] {
  const groups = Map.groupBy(bounds, ({ owner, name, value }) =>
    [programOf(owner), name, value].join(" "),
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) {
      return [];
    }
    const program = programOf(first.owner);
    const commands = group.map(({ owner }) => owner.slice(program.length + 1));
    return [{ ...first, owner: `${program} ${commands.join(", ")}` }];
  });
}

function programOf(owner: string): string {
  return owner.split(" ", 1).join();
}

/** Formats bounds as a table in Markdown. */
export function formatBounds(bounds: readonly Bound[]): string {
  const rows = bounds.map(
    ({ owner, name, value, description }) =>
      `| \`${owner}\` | \`${name}\` | ${value} | ${description.replace(/\.$/, "")} |`,
  );
  return ["| of | bound | default | limits |", "|---|---|---|---|", ...rows].join("\n");
}
