import { basename } from "node:path";
import type * as Library from "@stepwire/openapi-to-proto";
import type { ImportInput, SourceFile } from "@stepwire/openapi-to-proto";
import { type Command, InvalidArgumentError, Option } from "commander";
import { CommandFailure, ExitCode } from "../failure.js";
import { isStandardInput, openInput, readAll } from "../files/input.js";
import { withOutput } from "../files/output.js";
import { adviseOnImport } from "../import/advice.js";
import { describeLosses, describeMistakes } from "../import/mistakes.js";
import { Targets } from "../import/targets.js";
import type { CommandIO } from "../io.js";
import { remark, report } from "../report.js";
import { suggest } from "../schema/suggest.js";
import { printable } from "../terminal/printable.js";
import { counted } from "../terminal/quantity.js";
import { examples } from "./examples.js";
import { maxBytesOption } from "./options.js";

interface ImportOptions {
  readonly root: readonly string[];
  readonly all?: true;
  readonly package?: string;
  readonly config?: string;
  readonly output: string;
  readonly descriptions?: true;
  readonly check?: true;
  readonly report?: string;
  readonly maxBytes: number;
}

const MEBIBYTE = 1024 * 1024;

const filesHelp = `
Files, below the output folder:
  acme/v1/*.proto           the schema, in the layout of buf format
  acme/v1/import.lock.json  the numbers of all fields. Keep it with the .proto
                            files: with it, an import of the changed document
                            gives the same numbers, and reserves those of
                            removed members.

What the schema cannot express is kept as text, and listed by --report.
For the config, which renames, changes and leaves out schemas, see
https://github.com/stepwire/stepwire/tree/main/packages/openapi-to-proto`;

/** Adds the description, argument, options and action of `stepwire import`. */
export function define(command: Command, io: CommandIO): void {
  command
    .description(
      "Writes .proto files from an OpenAPI document or a JSON Schema, with the options that convert its JSON to binary and back without loss.",
    )
    .argument(
      "<file>",
      "an OpenAPI document (3.0, 3.1) or a JSON Schema, in YAML or JSON; -: standard input",
    )
    .addOption(
      new Option("--root <name>", "a schema to import, with all that it refers to; repeatable")
        .argParser((name: string, before: readonly string[]) => [...before, name])
        .default([], "those of the config"),
    )
    .addOption(new Option("--all", "import all schemas of the document").conflicts("root"))
    .addOption(
      new Option(
        "--package <name>",
        "Protobuf package, such as acme.kettle.v1; default: that of the config",
      ).argParser(parsePackage),
    )
    .addOption(new Option("--config <file>", "what to do differently, in YAML or JSON"))
    .addOption(
      new Option("-o, --output <folder>", "folder where the paths of imports start").default("."),
    )
    .addOption(
      new Option("--descriptions", "copy the descriptions of the document into the comments"),
    )
    .addOption(
      new Option("--check", "write nothing; the exit code is 1 if a file differs from the result"),
    )
    .addOption(
      new Option("--report <file>", "write what became of the schemas; -: standard output"),
    )
    .addOption(maxBytesOption("document").default(16 * MEBIBYTE, "16M"))
    .addHelpText("after", filesHelp)
    .addHelpText(
      "after",
      examples(
        "stepwire import openapi.yaml --root Kettle --package acme.kettle.v1 -o proto",
        "stepwire import openapi.yaml --all --package acme.v1 --report -",
        "stepwire import openapi.yaml --config import.yaml -o proto",
        "stepwire import openapi.yaml --config import.yaml -o proto --check",
      ),
    )
    .action(async (file: string, options: ImportOptions) => {
      const library = await import("@stepwire/openapi-to-proto");
      await new Import(io, file, options, library).run();
    });
}

function parsePackage(text: string): string {
  if (!/^[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*$/.test(text)) {
    throw new InvalidArgumentError(
      "Expected words in lower case with dots, such as acme.kettle.v1.",
    );
  }
  return text;
}

/** One run of `stepwire import`. */
class Import {
  readonly #io: CommandIO;
  readonly #file: string;
  readonly #options: ImportOptions;
  readonly #targets: Targets;
  /** Loaded only by this command: other commands start faster without it. */
  readonly #library: typeof Library;

  constructor(io: CommandIO, file: string, options: ImportOptions, library: typeof Library) {
    this.#io = io;
    this.#file = file;
    this.#options = options;
    this.#targets = new Targets(options.output, io);
    this.#library = library;
  }

  async run(): Promise<void> {
    const { importSchemas, isGenerated, formatReport, lockPath, summarizeReport } = this.#library;
    const input = await this.#input();
    const path = this.#explain(() => lockPath(input));
    const lock = await this.#targets.read(path);
    const result = this.#explain(() => importSchemas({ ...input, lock }), input, path);
    const text = formatReport(result.report);
    if (this.#options.report !== undefined) {
      await withOutput(this.#options.report, "text", this.#io, (output) =>
        output.write(Buffer.from(printableLines(text))),
      );
    }
    // The lock is the last: if writing fails before, the next import gives the same numbers.
    const files = [...result.files, { path, text: result.lock }];
    const differing = await this.#targets.differing(files);
    const outdated = await this.#targets.outdated(files, isGenerated);
    const advice = outdated.map((name) => `${name}: is not part of the result; delete it`);
    if (this.#options.check === true) {
      const names = differing.map((target) => this.#targets.nameOf(target.path));
      refuse([...names.map((name) => `${name}: differs from the result`), ...advice]);
      return;
    }
    await this.#targets.write(differing);
    report(this.#io, [...describeLosses(result.report.changes), ...advice]);
    const written = counted(differing.length, "file");
    const unchanged = files.length - differing.length;
    for (const line of [
      ...summarizeReport(result.report),
      `${written} written, ${unchanged} unchanged`,
    ]) {
      remark(this.#io, line);
    }
  }

  /** Reads all files but the lock. */
  async #input(): Promise<ImportInput> {
    const { root, all, package: name, config: configFile, output } = this.#options;
    const { descriptions, maxBytes } = this.#options;
    const limits = { maxBytes };
    const source = configFile === undefined ? undefined : await this.#read(configFile);
    const config = source && this.#explain(() => this.#library.readConfig(source, limits));
    const document = await this.#read(this.#file);
    const input = { document, config: source, package: name, descriptions, limits };
    const hasRoots = root.length > 0 || all === true || config?.roots !== undefined;
    const needsPackage = (name ?? config?.package) === undefined;
    const names = () => this.#explain(() => this.#library.schemaNames(input));
    if (hasRoots && !needsPackage) {
      const isConfigured = all === true && config?.roots !== undefined;
      const roots = root.length > 0 ? root : isConfigured ? names() : undefined;
      return { ...input, roots };
    }
    const advice = adviseOnImport({
      file: this.#file,
      roots: root,
      names: hasRoots ? undefined : names(),
      needsPackage,
      options: {
        all,
        package: name,
        config: configFile,
        o: output === "." ? undefined : output,
      },
    });
    throw new CommandFailure(advice.join("\n"), { exitCode: ExitCode.usage });
  }

  async #read(file: string): Promise<SourceFile> {
    const input = await openInput(file, this.#io);
    try {
      const bytes = await readAll(input, this.#options.maxBytes);
      // The name becomes part of the result, which must not depend on the folder.
      return { name: basename(input.name), bytes };
    } finally {
      input.close();
    }
  }

  /** Says for each mistake which file it is in, and where. */
  #explain<Result>(work: () => Result, input?: ImportInput, lockPath?: string): Result {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof this.#library.ImportError)) {
        throw error;
      }
      const names = {
        document: isStandardInput(this.#file) ? "standard input" : this.#file,
        config: this.#options.config,
        lock: lockPath && this.#targets.nameOf(lockPath),
      };
      const lines = describeMistakes(error.mistakes, names);
      const isRoot = error.mistakes.some(({ code }) => code === "unknown_root");
      const replace = isRoot && input !== undefined ? this.#likelyRoot(input) : undefined;
      throw new CommandFailure(lines.join("\n"), {
        cause: error,
        ...(replace && { retry: { replace } }),
      });
    }
  }

  /** Returns the first root that the document does not have, and a similar name that it has. */
  #likelyRoot(input: ImportInput): readonly [root: string, name: string] | undefined {
    const names = this.#library.schemaNames(input);
    const unknown = this.#options.root.filter((root) => !names.includes(root));
    const [root = "", ...others] = unknown;
    const [name] = suggest(root, names);
    return name === undefined || others.length > 0 ? undefined : [root, name];
  }
}

/** @throws {CommandFailure} if there is a line. */
function refuse(lines: readonly string[]): void {
  if (lines.length > 0) {
    throw new CommandFailure(lines.join("\n"));
  }
}

/** Escapes what a terminal would interpret in a text with several lines. */
function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
