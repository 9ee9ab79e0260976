import type { DescMessage } from "@bufbuild/protobuf";
import {
  type ArchiveBlock,
  ArchiveError,
  type ArchiveReadOptions,
  readArchiveBlocks,
} from "@stepwire/wire";
import type { Command } from "commander";
import {
  type ArchiveInput,
  archiveReadOptions,
  describeDamage,
  describeLoss,
  openArchive,
} from "../archive/archive-input.js";
import { BlocksByType } from "../archive/blocks-by-type.js";
import { type DocumentRange, documentsOption, selectDocuments } from "../archive/document-range.js";
import type { RefusedDocument } from "../batch/block.js";
import type { BufferPool } from "../batch/buffer-pool.js";
import { CarryingReader } from "../batch/carrying-reader.js";
import { convertBlocks, inputPool } from "../batch/convert-blocks.js";
import { planConversion } from "../batch/plan.js";
import { CommandFailure } from "../failure.js";
import { nameOfContent } from "../files/compression.js";
import { totalSize } from "../files/input.js";
import { type Output, withOutput } from "../files/output.js";
import { openSource, type Source, withProgress } from "../files/source.js";
import { withFileAdvice } from "../hints/failed-file.js";
import type { CommandIO } from "../io.js";
import { formatProblem } from "../problem.js";
import { remark } from "../report.js";
import { type EventTypes, findEventTypes } from "../schema/event-types.js";
import type { Model } from "../schema/model.js";
import {
  type DescriptorOption,
  descriptorHelp,
  descriptorOption,
  openModel,
} from "../schema/open-model.js";
import { createProgress, type Progress } from "../terminal/progress.js";
import { counted } from "../terminal/quantity.js";
import { type FormatChoice, formatOfName, payloadDepth } from "../transcript/options.js";
import { unpackTranscript } from "../transcript/unpack-transcript.js";
import { examples } from "./examples.js";
import {
  type ContainerChoice,
  chosenFormat,
  containerFormats,
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
  type OnError,
  onErrorOption,
  outputOption,
} from "./options.js";
import { Skipped } from "./skipped.js";

interface UnpackOptions extends LimitOptions, DescriptorOption {
  readonly type: string;
  readonly from: ContainerChoice;
  readonly to: FormatChoice;
  readonly format?: string;
  readonly documents: DocumentRange;
  readonly output?: string;
  readonly onError: OnError;
  readonly maxReports: number;
  readonly jobs: number;
}

const textFormats = ["jsonl", "sse", "payloads"] as const;

/** Adds the description, options and action of `stepwire unpack`. */
export function define(command: Command, io: CommandIO): void {
  command
    .description(
      "Writes the documents of an archive as JSON Lines, in their order, or as a transcript of server-sent events. Lines are converted on all cores. The memory does not depend on the length of the archive. If the archive is damaged, all complete documents before the damage are written and kept, the damage is reported, and the exit code is 1.",
    )
    .argument("[file]", "the archive; default, or -: standard input")
    .addOption(outputOption("the file to write"))
    .addOption(documentTypeOption("the packed documents"))
    .addOption(fromOption("format of the input; auto: by its first bytes", containerFormats))
    .addOption(
      toOption(
        "format of the output; auto: sse if the file to write ends in .sse, else jsonl, which writes an event as one JSON object; payloads writes only its payload",
        textFormats,
      ),
    )
    .addOption(formatOption([...containerFormats, ...textFormats]))
    .addOption(documentsOption())
    .addOption(descriptorOption())
    .addOption(
      onErrorOption(
        "a malformed document, or a damaged part of an archive; skip reports it, continues after it and exits with 1",
      ),
    )
    .addOption(maxReportsOption("documents"))
    .addOption(jobsOption())
    .addOption(maxBytesOption("document"))
    .addOption(maxDepthOption())
    .addOption(maxExpansionOption())
    .addHelpText("after", descriptorHelp)
    .addHelpText(
      "after",
      examples(
        "stepwire unpack all.archive -o all.jsonl",
        "stepwire unpack all.archive | head -n 1",
        "stepwire unpack run.archive -o again.sse",
        "stepwire unpack run.archive --to sse | grep ^event:",
        "stepwire unpack all.archive --documents 1000..2000",
        "stepwire unpack damaged.archive --on-error skip -o rest.jsonl",
        "stepwire unpack things.archive --descriptor acme.binpb",
      ),
    )
    .action((file: string | undefined, options: UnpackOptions) =>
      withFileAdvice(io, { command: "unpack", files: [file], options }, () =>
        unpack(io, file, {
          ...options,
          from: chosenFormat(options.from, options.format, containerFormats),
          to: chosenFormat(options.to, options.format, textFormats),
        }),
      ),
    );
}

/** What was unpacked. */
interface Result {
  readonly documents: number;
  readonly skipped: Skipped;
  /** The damaged parts that were skipped. */
  readonly lost: Skipped;
  /** Lines that explain why the rest could not be read. */
  readonly damage: readonly string[] | undefined;
}

async function unpack(
  io: CommandIO,
  file: string | undefined,
  options: UnpackOptions,
): Promise<void> {
  const model = await openModel(options.descriptor, io);
  if (options.type !== AUTO) {
    findContent(model, options, undefined);
  }
  const { documents, skipped, lost, damage } = await withOutput(
    options.output,
    "json",
    io,
    async (output): Promise<Result> => {
      const total = await totalSize([file], io);
      const showsLines = output.file === undefined && io.stdout.isTTY === true;
      const progress = await createProgress(io, showsLines ? undefined : total);
      const skipped = new Skipped(io, options.maxReports);
      const lost = new Skipped(io, options.maxReports);
      try {
        const opened = await openSource(file, io, options);
        try {
          const input = await openArchive(opened, options.documents, options);
          const unpacker = new Unpacker(
            { ...input, source: withProgress(input.source, progress) },
            { ...options, model },
            output,
            progress,
            { skipped, lost },
          );
          const damage = await unpacker.unpack();
          return { documents: unpacker.documents, skipped, lost, damage };
        } finally {
          await opened.close();
        }
      } finally {
        progress.clear();
      }
    },
  );
  if (damage !== undefined) {
    const verb = documents === 1 ? "is" : "are";
    const isFile = options.output !== undefined && options.output !== "-";
    const kept = isFile ? `kept in ${options.output}` : "written";
    const whole = `${counted(documents, "whole document")} before that ${verb} ${kept}`;
    throw new CommandFailure([...damage, whole].join("\n"));
  }
  const others = `${counted(documents, "document")} written`;
  const reports = [
    ...(lost.count > 0 ? [lost.sumUp("damaged part", others)] : []),
    ...(skipped.count > 0 ? [skipped.sumUp("document", others)] : []),
  ];
  if (reports.length > 0) {
    throw new CommandFailure(reports.join("\n"));
  }
  remark(io, counted(documents, "document"));
}

/** What an archive contains, and how it is written. */
interface Content {
  /** The message that each document is an instance of. */
  readonly schema: DescMessage;
  /** The types of the events, if a transcript is written. */
  readonly types: EventTypes | undefined;
}

/** @param archived the type that the header of an archive has. */
function findContent(
  model: Model,
  { type, to, output }: UnpackOptions,
  archived: string | undefined,
): Content {
  const named =
    type === AUTO ? archivedMessage(model, archived) : model.mappedMessage(type, [AUTO]);
  if (named !== undefined && archived !== undefined && archived !== "") {
    checkType(model, named, archived);
  }
  const written = to === "auto" ? formatOfName(output && nameOfContent(output)) : to;
  if (written !== "sse" && written !== "payloads") {
    return { schema: named ?? model.document(), types: undefined };
  }
  const types = findEventTypes(model, named);
  const [{ schema, arm }] = types;
  return { schema: arm === undefined ? schema : (named ?? model.document()), types };
}

/** Returns the message that an archive names; undefined if it names none. */
function archivedMessage(model: Model, archived: string | undefined): DescMessage | undefined {
  if (archived === undefined || archived === "") {
    return undefined;
  }
  if (![...model.messages].some(({ typeName }) => typeName === archived)) {
    throw model.usageFailure(
      `the archive has messages of the type ${archived}, which the schema does not have; name its schema with --descriptor`,
    );
  }
  return model.mappedMessage(archived);
}

function checkType(model: Model, named: DescMessage, archived: string): void {
  if (named.typeName !== archived) {
    throw model.usageFailure(
      `the archive has messages of the type ${archived}, not ${named.typeName}; leave out --type`,
    );
  }
}

/** The options of the command, with the schema they refer to. */
interface UnpackerOptions extends UnpackOptions {
  readonly model: Model;
}

/** What could not be read. */
interface Reports {
  /** The malformed documents. */
  readonly skipped: Skipped;
  /** The damaged parts of the archive. */
  readonly lost: Skipped;
}

/** Documents of an archive cannot be written, because of their type. */
class OtherTypeError extends Error {}

/** The type of documents as their archive says, and the number of the first one. */
interface TypedPlace {
  readonly type?: string | undefined;
  readonly number?: number;
}

class Unpacker {
  readonly #input: ArchiveInput;
  readonly #source: Source;
  readonly #options: UnpackerOptions;
  readonly #output: Output;
  readonly #progress: Progress;
  readonly #skipped: Skipped;
  readonly #lost: Skipped;
  /** What the documents of each type are. */
  readonly #contents = new Map<string | undefined, Content>();
  /** Number of written documents. */
  documents = 0;

  constructor(
    input: ArchiveInput,
    options: UnpackerOptions,
    output: Output,
    progress: Progress,
    { skipped, lost }: Reports,
  ) {
    this.#input = input;
    this.#source = input.source;
    this.#options = options;
    this.#output = output;
    this.#progress = progress;
    this.#skipped = skipped;
    this.#lost = lost;
    this.#contents.set(input.type, findContent(options.model, options, input.type));
  }

  /**
   * Writes all readable documents. Returns lines that explain why reading ended early; undefined if
   * it did not.
   *
   * @throws {CommandFailure} if it ended before the first document, so no file is created.
   */
  async unpack(): Promise<readonly string[] | undefined> {
    const damage = await this.#unpackWhole();
    if (damage !== undefined && this.documents === 0) {
      throw new CommandFailure(damage.join("\n"));
    }
    return damage;
  }

  async #unpackWhole(): Promise<readonly string[] | undefined> {
    // All documents are written as the first: the output decides.
    const { types } = this.#contentOf(this.#input);
    try {
      const reason = await (types === undefined ? this.#writeLines() : this.#writeTranscript());
      this.#input.checkDamage?.();
      return reason;
    } catch (error) {
      if (error instanceof ArchiveError) {
        return [describeDamage(this.#source.name, error)];
      }
      if (error instanceof OtherTypeError) {
        return [error.message];
      }
      throw error;
    }
  }

  /**
   * Returns what documents are whose archive has a type, which may differ from that of the first one.
   *
   * @throws {OtherTypeError} if the schema does not have the type, or the user named another one.
   */
  #contentOf({ type, number = 1 }: TypedPlace): Content {
    const archived = this.#input.checkDamage ? this.#input.type : type;
    const known = this.#contents.get(archived);
    if (known !== undefined) {
      return known;
    }
    try {
      const content = findContent(this.#options.model, this.#options, archived);
      this.#contents.set(archived, content);
      return content;
    } catch (error) {
      if (error instanceof CommandFailure) {
        const message = `${this.#source.name}: document ${number}: ${error.message}`;
        throw new OtherTypeError(message, { cause: error });
      }
      throw error;
    }
  }

  get #reading(): ArchiveReadOptions {
    const { onError } = this.#options;
    return {
      ...archiveReadOptions(this.#options),
      ...(this.#input.checkDamage && { format: "delimited" }),
      from: this.#input.from,
      ...(onError === "skip" && {
        onDamage: (damage) => {
          this.#progress.clear();
          this.#lost.tell([[describeLoss(this.#source.name, damage)]]);
        },
      }),
    };
  }

  async #writeTranscript(): Promise<readonly string[] | undefined> {
    const { maxDepth, to, ...options } = this.#options;
    const events = unpackTranscript(this.#source, {
      ...options,
      reading: this.#reading,
      contentOf: (document) => {
        const { schema, types } = this.#contentOf(document);
        if (types === undefined) {
          throw new TypeError("the output is a transcript");
        }
        return { schema, types };
      },
      maxDepth: payloadDepth(maxDepth),
      asPayloads: to === "payloads",
    });
    for await (const event of events) {
      if ("text" in event) {
        await this.#output.write(event.text);
        this.documents++;
      } else {
        const reason = this.#refuse([event.problems]);
        if (reason !== undefined) {
          return reason;
        }
      }
    }
    return undefined;
  }

  async #writeLines(): Promise<readonly string[] | undefined> {
    const buffers = inputPool("unpackLines");
    // Blocks are as large as the buffers: a whole document is enough for one.
    const reading = { ...this.#reading, blockBytes: 1 };
    const all = readArchiveBlocks(new CarryingReader(this.#source, buffers), reading);
    const blocks = new BlocksByType(selectDocuments(all, this.#options.documents));
    for (let next = await blocks.peek(); next !== undefined; next = await blocks.peek()) {
      const { schema } = this.#contentOf(next);
      const reason = await this.#writeLinesOf(schema, blocks.ofOneType(), buffers);
      if (reason !== undefined) {
        return reason;
      }
    }
    return undefined;
  }

  async #writeLinesOf(
    schema: DescMessage,
    blocks: AsyncIterable<ArchiveBlock>,
    buffers: BufferPool,
  ): Promise<readonly string[] | undefined> {
    const { model, maxBytes, maxDepth, maxReports, jobs, onError } = this.#options;
    const stops = onError === "stop";
    const conversion = planConversion(model, schema, {
      direction: "unpackLines",
      mode: "archive",
      maxBytes,
      maxDepth,
      stops,
      maxReports: stops ? 1 : maxReports,
    });
    const converted = convertBlocks(() => blocks, conversion, jobs, buffers);
    for await (const { block, result } of converted) {
      await this.#output.write(result.output);
      this.documents += result.documents;
      const reason = this.#refuse(result.refused.map((refused) => this.#explain(refused, block)));
      if (reason !== undefined) {
        return reason;
      }
      this.#skipped.add(result.unexplained);
    }
    return undefined;
  }

  /** Reports refused documents. Returns the lines about the first one if the command stops. */
  #refuse(problems: readonly (readonly string[])[]): readonly string[] | undefined {
    const [first] = problems;
    if (first === undefined || this.#options.onError === "stop") {
      return first;
    }
    this.#progress.clear();
    this.#skipped.tell(problems);
    return undefined;
  }

  /** Returns lines that explain what is wrong with a document. */
  #explain(
    { index, start, problems }: RefusedDocument,
    block: Omit<ArchiveBlock, "bytes">,
  ): string[] {
    const offset = block.isCompressed
      ? ` in the block at offset ${block.offset}`
      : ` at offset ${block.offset + start}`;
    // The offset in the documents of a Parquet file is not that in the file.
    const place = `document ${block.number + index}${this.#input.checkDamage ? "" : offset}`;
    const origin = { name: `${this.#source.name}: ${place}` };
    return problems.map((problem) => formatProblem(problem, origin));
  }
}
