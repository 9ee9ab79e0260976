import type { DescMessage } from "@bufbuild/protobuf";
import type { Mode } from "@stepwire/openai-json";
import { type Command, Option } from "commander";
import type { BlockResult, Conversion } from "../batch/block.js";
import { convertBlocks } from "../batch/convert-blocks.js";
import { convertRanges } from "../batch/convert-ranges.js";
import { readLineBlocks } from "../batch/line-blocks.js";
import type { LineOptions } from "../batch/plan.js";
import { planBuiltIn } from "../batch/prebuilt-plan.js";
import { RangeFileError } from "../batch/range.js";
import { type BlockCompression, canCompress } from "../batch/store-block.js";
import { CommandFailure, ExitCode, fileFailure } from "../failure.js";
import { compressionOfName } from "../files/compression.js";
import { expandFolders, SEQUENCES } from "../files/documents.js";
import { tooLarge, totalSize } from "../files/input.js";
import { type Output, withOutput } from "../files/output.js";
import { openSource, type Source, withProgress } from "../files/source.js";
import { withFileAdvice } from "../hints/failed-file.js";
import type { CommandIO } from "../io.js";
import { formatProblem } from "../problem.js";
import { remark } from "../report.js";
import type { Model } from "../schema/model.js";
import {
  type DescriptorOption,
  descriptorHelp,
  descriptorOption,
  openModel,
} from "../schema/open-model.js";
import { createProgress } from "../terminal/progress.js";
import { bytes, counted, percent } from "../terminal/quantity.js";
import { LostParts } from "../transcript/lost-parts.js";
import {
  eventReadOptions,
  type Format,
  type FormatChoice,
  type FramingChoice,
  findFormat,
  framingOption,
  transcriptHelp,
} from "../transcript/options.js";
import { examples } from "./examples.js";
import {
  type ContainerChoice,
  type ContainerFormat,
  chosenFormat,
  containerFormats,
  containerOfName,
  formatOption,
  fromOption,
  toOption,
} from "./formats.js";
import {
  AUTO,
  documentTypeOption,
  jobsOption,
  type LimitOptions,
  maxBytesOption,
  maxDepthOption,
  maxExpansionOption,
  maxReportsOption,
  modeHelp,
  modeOption,
  type OnError,
  onErrorOption,
  outputOption,
} from "./options.js";
import { ArchiveOutput, DelimitedOutput, type PackedOutput } from "./packed-output.js";
import { Tally } from "./tally.js";

interface PackOptions extends LimitOptions, DescriptorOption {
  readonly type: string;
  readonly from: FormatChoice;
  readonly to: ContainerChoice;
  readonly format?: string;
  readonly compress?: BlockCompression;
  readonly framing: FramingChoice;
  readonly mode: Mode;
  readonly output?: string;
  readonly onError: OnError;
  readonly maxReports: number;
  readonly jobs: number;
}

const textFormats = ["jsonl", "sse", "payloads"] as const;

const packedTranscriptsHelp = `
  An archive has no borders between transcripts. To keep them apart, pack each
  into an archive of its own.`;

/** Adds the description, options and action of `stepwire pack`. */
export function define(command: Command, io: CommandIO): void {
  command
    .description(
      "Packs JSON Lines and transcripts of server-sent events into an archive of binary documents, one for each line or event, in their order. Lines are converted on all cores. The memory does not depend on the length of the input. Blank lines are skipped.",
    )
    .argument(
      "[file...]",
      "files with one JSON document per line (.jsonl, .ndjson), transcripts (.sse), or folders with them; default, or -: standard input",
    )
    .addOption(outputOption("the archive to write"))
    .addOption(documentTypeOption("the lines or events"))
    .addOption(
      fromOption(
        "format of the input; auto: by the name of a file, or else by its first bytes",
        textFormats,
      ),
    )
    .addOption(
      toOption(
        "format of the output: archive; parquet, a table for databases with the documents and columns of their members; or delimited, which is each document after its size, as the libraries of Protobuf write them; auto: delimited or parquet if the file to write ends in .delimited or .parquet, else archive",
        containerFormats,
      ),
    )
    .addOption(formatOption([...textFormats, ...containerFormats]))
    .addOption(framingOption())
    .addOption(
      new Option(
        "--compress <compression>",
        "compress the blocks of an archive; the pages of a Parquet file always have zstd; default: none",
      ).choices(["none", "zstd"]),
    )
    .addOption(descriptorOption())
    .addOption(modeOption("archive"))
    .addOption(
      onErrorOption("a refused line or event; skip reports it, continues and exits with 1"),
    )
    .addOption(maxReportsOption("lines and events"))
    .addOption(jobsOption())
    .addOption(maxBytesOption("line or event"))
    .addOption(maxDepthOption())
    .addOption(maxExpansionOption())
    .addHelpText("after", transcriptHelp)
    .addHelpText("after", packedTranscriptsHelp)
    .addHelpText("after", modeHelp)
    .addHelpText("after", descriptorHelp)
    .addHelpText(
      "after",
      examples(
        "stepwire pack 2026-01.jsonl 2026-02.jsonl.gz -o all.archive",
        "stepwire pack exports/ --on-error skip -o all.archive",
        "stepwire pack 2026-01.jsonl -o 2026-01.parquet",
        "stepwire pack run.sse | stepwire unpack --to sse",
        "stepwire pack payloads.jsonl --from payloads -o run.archive",
        "curl -sN $URL | stepwire pack -o run.archive",
        "stepwire pack things.jsonl --descriptor acme.binpb -o things.archive",
      ),
    )
    .action((files: string[], options: PackOptions) =>
      withFileAdvice(io, { command: "pack", files, options }, () =>
        pack(io, files, {
          ...options,
          from: chosenFormat(options.from, options.format, textFormats),
          to: chosenFormat(options.to, options.format, containerFormats),
        }),
      ),
    );
}

/** Returns what the output is. */
function containerOf({ to, output }: PackOptions): ContainerFormat {
  return to === "auto" ? containerOfName(output) : to;
}

async function packedOutput(
  output: Output,
  options: PackOptions,
  content: Content,
): Promise<PackedOutput> {
  switch (containerOf(options)) {
    case "archive":
      return new ArchiveOutput(output, options.compress ?? "none");
    case "delimited":
      return new DelimitedOutput(output);
    case "parquet": {
      // Imported only if needed, because it takes long.
      const { ParquetOutput } = await import("../parquet/parquet-output.js");
      return new ParquetOutput(output, (type) => content.message(type));
    }
  }
}

/**
 * Checks the option `--compress`.
 *
 * @throws {CommandFailure} if Node does not know the compression, or the format has none.
 */
function checkCompression(options: PackOptions): void {
  const container = containerOf(options);
  if (container === "parquet") {
    checkParquet(options);
    return;
  }
  const { compress = "none" } = options;
  if (compress === "none") {
    return;
  }
  if (container !== "archive") {
    throw new CommandFailure("--compress is only for --to archive; name the output .zst instead", {
      exitCode: ExitCode.usage,
    });
  }
  if (!canCompress(compress)) {
    throw new CommandFailure(
      `Node ${process.versions.node} cannot write zstd; use Node 22.15 or newer, or no --compress`,
    );
  }
}

function checkParquet({ output, compress }: PackOptions): void {
  if (compress === "none") {
    throw new CommandFailure(
      "the pages of a Parquet file are always compressed; leave out --compress",
      {
        exitCode: ExitCode.usage,
      },
    );
  }
  if (output !== undefined && compressionOfName(output) !== undefined) {
    throw new CommandFailure(
      "the pages of a Parquet file are compressed already; name the output .parquet",
      { exitCode: ExitCode.usage },
    );
  }
  if (!canCompress("zstd")) {
    throw new CommandFailure(
      `Node ${process.versions.node} cannot write zstd, which Parquet files need; use Node 22.15 or newer`,
    );
  }
}

/** Words for the parts and the content of an input. */
const words: Readonly<Record<Format, { readonly unit: string; readonly text: string }>> = {
  json: { unit: "line", text: "JSON" },
  jsonl: { unit: "line", text: "JSON" },
  sse: { unit: "event", text: "SSE" },
  payloads: { unit: "event", text: "SSE" },
};
const mixedWords = { unit: "document", text: "text" };

/**
 * Maximum size of a document in a Parquet file, in JSON: a page is made of it in the memory of the
 * WebAssembly module, which takes 512 MiB, and binary may be larger than JSON.
 */
const LARGEST_ROW_BYTES = 256 * 1024 * 1024 - 1;

/** Returns options whose limits are those of the format. */
function limited(options: PackOptions): PackOptions {
  const { maxBytes } = options;
  return containerOf(options) === "parquet" && maxBytes > LARGEST_ROW_BYTES
    ? { ...options, maxBytes: LARGEST_ROW_BYTES }
    : options;
}

async function pack(io: CommandIO, named: readonly string[], given: PackOptions): Promise<void> {
  const options = limited(given);
  checkCompression(options);
  const content = new Content(options, io);
  await content.check();
  const files = named.length === 0 ? [undefined] : await expandFolders(named, SEQUENCES, io);
  const lost = new LostParts();
  const formats = new Set<Format>();
  const tally = await withOutput(options.output, "binary", io, async (output) => {
    const progress = await createProgress(io, await totalSize(files, io));
    const tally = new Tally(io, await packedOutput(output, options, content), progress, options);
    try {
      for (const file of files) {
        const opened = withProgress(await openSource(file, io, options), progress);
        try {
          const { source, format } = await findFormat(file, opened, options.from, "jsonl");
          formats.add(format);
          if (format === "sse" || format === "payloads") {
            await content.packEvents(source, format, tally, lost);
          } else {
            const lines = rewound(opened) ?? source;
            await new Packer(lines, await content.lines(), options, tally, io).pack();
          }
        } finally {
          await opened.close();
        }
      }
      await tally.packed.end();
    } finally {
      progress.clear();
    }
    return tally;
  });
  const { documents, textBytes, packed, skipped } = tally;
  const [format = "jsonl", ...others] = formats;
  const { unit, text } = others.length === 0 ? words[format] : mixedWords;
  if (skipped.count > 0) {
    throw new CommandFailure(skipped.sumUp(unit, `${counted(documents, "document")} packed`));
  }
  const size = `${bytes(textBytes)} of ${text} in ${bytes(packed.bytes)}, ${percent(packed.bytes, textBytes)}`;
  for (const line of [`${counted(documents, "document")}: ${size}`, ...lost.describe()]) {
    remark(io, line);
  }
}

interface Schema {
  readonly model: Model;
  /** The message that `--type` names. */
  readonly message: DescMessage | undefined;
}

/** What an archive contains, as the options say. */
class Content {
  readonly #options: PackOptions;
  readonly #io: CommandIO;
  #schema: Schema | undefined;
  #lines: Conversion | undefined;

  constructor(options: PackOptions, io: CommandIO) {
    this.#options = options;
    this.#io = io;
  }

  /** @throws {CommandFailure} if the options name no usable schema or message. */
  async check(): Promise<void> {
    const { type, descriptor } = this.#options;
    if (type !== AUTO || descriptor !== undefined) {
      await this.#openSchema();
    }
  }

  /**
   * Returns how lines are converted.
   *
   * @throws {CommandFailure} if the schema does not tell which message lines are.
   */
  async lines(): Promise<Conversion> {
    this.#lines ??= await this.#withRows(this.#planBuiltIn() ?? (await this.#planLines()));
    return this.#lines;
  }

  /** Returns a message of the schema by its full name. */
  async message(type: string): Promise<DescMessage> {
    const { model } = await this.#openSchema();
    return model.message(type);
  }

  /** Packs a transcript. */
  async packEvents(
    source: Source,
    format: "sse" | "payloads",
    tally: Tally,
    lost: LostParts,
  ): Promise<void> {
    // Imported only if needed, because lines of the built-in schema are packed without this code.
    const { findEventTypes } = await import("../schema/event-types.js");
    const { packTranscript } = await import("../transcript/pack-transcript.js");
    const { payloadEvents } = await import("../transcript/payload-lines.js");
    const { model, message } = await this.#openSchema();
    const events = format === "payloads" ? payloadEvents(source) : source;
    const types = findEventTypes(model, message);
    const [{ schema, arm }] = types;
    await packTranscript(events, tally, {
      types,
      documentType: (arm === undefined ? schema : (message ?? model.document())).typeName,
      mode: this.#options.mode,
      reading: eventReadOptions(this.#options),
      onSkipped: (part) => lost.add(part),
    });
  }

  /** Opens the schema once, because it may come from a pipe. */
  async #openSchema(): Promise<Schema> {
    if (this.#schema === undefined) {
      const { type, descriptor } = this.#options;
      const model = await openModel(descriptor, this.#io);
      const message = type === AUTO ? undefined : model.mappedMessage(type, [AUTO]);
      this.#schema = { model, message };
    }
    return this.#schema;
  }

  #planBuiltIn(): Conversion | undefined {
    const { type, descriptor } = this.#options;
    return type === AUTO && descriptor === undefined ? planBuiltIn(this.#lineOptions) : undefined;
  }

  /** Adds the plan of the columns if the output is a Parquet file. */
  async #withRows(conversion: Conversion): Promise<Conversion> {
    if (containerOf(this.#options) !== "parquet") {
      return conversion;
    }
    const { planRows } = await import("../parquet/plan-rows.js");
    const { options } = conversion;
    const rows = planRows(await this.message(options.schema.typeName));
    return { ...conversion, options: { ...options, rows } };
  }

  async #planLines(): Promise<Conversion> {
    const { planConversion } = await import("../batch/plan.js");
    const { model, message } = await this.#openSchema();
    return planConversion(model, message ?? model.document(), this.#lineOptions);
  }

  get #lineOptions(): LineOptions {
    const { compress = "none", mode, maxBytes, maxDepth, maxReports, onError } = this.#options;
    const stops = onError === "stop";
    const container = containerOf(this.#options);
    return {
      direction: "packLines",
      compression: container === "archive" ? compress : undefined,
      mode,
      maxBytes,
      maxDepth,
      stops,
      maxReports: stops ? 1 : maxReports,
    };
  }
}

/** Returns a source from its start again; undefined if it is not a regular file. */
function rewound(source: Source): Source | undefined {
  source.regular?.seek(0);
  return source.regular && source;
}

/** Packs the lines of one input. */
class Packer {
  readonly #source: Source;
  readonly #conversion: Conversion;
  readonly #options: PackOptions;
  readonly #tally: Tally;
  readonly #io: CommandIO;
  /** Number of processed lines. */
  #lines = 0;

  constructor(
    source: Source,
    conversion: Conversion,
    options: PackOptions,
    tally: Tally,
    io: CommandIO,
  ) {
    this.#source = source;
    this.#conversion = conversion;
    this.#options = options;
    this.#tally = tally;
    this.#io = io;
  }

  async pack(): Promise<void> {
    const { maxBytes, jobs } = this.#options;
    await this.#tally.packed.begin(this.#conversion.options.schema.typeName);
    await this.#packRanges();
    const converted = convertBlocks(
      (buffers) => readLineBlocks(this.#source, buffers, maxBytes),
      this.#conversion,
      jobs,
    );
    for await (const { block, result } of converted) {
      this.#add(result);
      await this.#tally.packed.addBlock(result);
      if (block.beforeTooLong) {
        this.#lines++;
        this.#tally.refuse([[tooLarge(`${this.#source.name}:${this.#lines}`, maxBytes)]]);
      }
    }
  }

  /** Packs as much as possible of a regular file into a regular file, which is fastest. */
  async #packRanges(): Promise<void> {
    const { regular, name } = this.#source;
    const { packed } = this.#tally;
    const { positioned, file = "" } = packed.output;
    if (regular === undefined || positioned === undefined) {
      return;
    }
    await packed.beforeWritten();
    const { id, documents = 0 } = packed.archive ?? {};
    const position = await positioned.flush();
    const converted = convertRanges({
      conversion: this.#conversion,
      input: regular,
      output: { descriptor: positioned.descriptor, position, documents },
      id,
      jobs: this.#options.jobs,
      signal: this.#io.signal,
    });
    let [read, written] = [0, 0];
    try {
      for await (const result of converted) {
        this.#add(result);
        packed.addWritten(result);
        this.#tally.progress.advance(result.end - read);
        written += result.written;
        read = result.end;
      }
    } catch (error) {
      if (!(error instanceof RangeFileError)) {
        throw error;
      }
      throw fileFailure(error.failure.side === "input" ? name : file, error);
    }
    regular.seek(read);
    positioned.seek(position + written);
  }

  #add(result: Omit<BlockResult, "output">): void {
    const { documents, lines, size, refused, unexplained } = result;
    const { name } = this.#source;
    this.#tally.refuse(
      refused.map(({ index, problems }) => {
        const line = this.#lines + index + 1;
        return problems.map((problem) => formatProblem(problem, { name, line }));
      }),
    );
    this.#tally.skipped.add(unexplained);
    this.#lines += lines;
    this.#tally.documents += documents;
    this.#tally.textBytes += size;
  }
}
