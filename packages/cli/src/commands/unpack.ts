import type { DescMessage } from "@bufbuild/protobuf";
import { type ArchiveBlock, ArchiveError, readArchiveBlocks } from "@stepwire/wire";
import type { Command } from "commander";
import type { RefusedDocument } from "../batch/block.js";
import { CarryingReader } from "../batch/carrying-reader.js";
import { convertBlocks } from "../batch/convert-blocks.js";
import { CommandFailure } from "../failure.js";
import { totalSize } from "../files/input.js";
import { type Output, withOutput } from "../files/output.js";
import { openSource, type Source, withProgress } from "../files/source.js";
import type { CommandIO } from "../io.js";
import { formatProblem } from "../refusal.js";
import { remark } from "../report.js";
import type { Model } from "../schema/model.js";
import {
  type DescriptorOption,
  descriptorHelp,
  descriptorOption,
  openModel,
} from "../schema/open-model.js";
import { createProgress, type Progress } from "../terminal/progress.js";
import { counted } from "../terminal/quantity.js";
import {
  archiveMessage,
  documentTypeOption,
  examples,
  jobsOption,
  type LimitOptions,
  maxBytesOption,
  maxDepthOption,
  maxReportsOption,
  type OnError,
  onErrorOption,
  outputOption,
} from "./options.js";
import { Skipped } from "./skipped.js";

interface UnpackOptions extends LimitOptions, DescriptorOption {
  readonly type: string;
  readonly output?: string;
  readonly onError: OnError;
  readonly maxReports: number;
  readonly jobs: number;
}

/** Registers `stepwire unpack`. */
export function registerUnpack(program: Command, io: CommandIO): void {
  program
    .command("unpack")
    .summary("convert an archive back to lines of JSON")
    .description(
      "Writes the documents of an archive as JSON Lines, in their order. Uses all cores. The memory does not depend on the length of the archive. If the archive is damaged, all complete documents before the damage are written and kept, the damage is reported, and the exit code is 1.",
    )
    .argument("[file]", "the archive; default, or -: standard input")
    .addOption(outputOption("the file to write"))
    .addOption(documentTypeOption("the packed documents"))
    .addOption(descriptorOption())
    .addOption(onErrorOption("a malformed document; skip continues and exits with 1"))
    .addOption(maxReportsOption("documents"))
    .addOption(jobsOption())
    .addOption(maxBytesOption("document"))
    .addOption(maxDepthOption())
    .addHelpText("after", descriptorHelp)
    .addHelpText(
      "after",
      examples(
        "stepwire unpack archive.pb -o steps.jsonl",
        "stepwire unpack archive.pb | head -n 1",
        "stepwire unpack archive.pb --descriptor acme.binpb",
      ),
    )
    .action((file: string | undefined, options: UnpackOptions) => unpack(io, file, options));
}

/** The result of unpacking an archive. */
interface Result {
  readonly documents: number;
  readonly skipped: Skipped;
  /** The file with the documents. */
  readonly output?: string;
  /** Lines that explain why the rest could not be read. */
  readonly damage?: readonly string[];
}

async function unpack(
  io: CommandIO,
  file: string | undefined,
  options: UnpackOptions,
): Promise<void> {
  const model = await openModel(options.descriptor, io);
  const schema = archiveMessage(model, options.type);
  const { documents, skipped, output, damage } = await withOutput(
    options.output,
    "json",
    io,
    async (destination) => {
      const total = await totalSize([file], io);
      const showsLines = destination.file === undefined && io.stdout.isTTY === true;
      const progress = await createProgress(io, showsLines ? undefined : total);
      try {
        const source = withProgress(await openSource(file, io), progress);
        try {
          return await new Unpacker(
            io,
            source,
            { ...options, model, schema },
            destination,
            progress,
          ).unpack();
        } finally {
          await source.close();
        }
      } finally {
        progress.clear();
      }
    },
  );
  if (damage !== undefined) {
    const verb = documents === 1 ? "is" : "are";
    const kept = output === undefined ? "written" : `kept in ${output}`;
    const whole = `${counted(documents, "whole document")} before the damage ${verb} ${kept}`;
    throw new CommandFailure([...damage, whole].join("\n"));
  }
  if (skipped.count > 0) {
    const others = `${counted(documents, "document")} written`;
    throw new CommandFailure(skipped.sumUp("document", others));
  }
  remark(io, counted(documents, "document"));
}

/** The options of the command, with the schema they refer to. */
interface UnpackerOptions extends UnpackOptions {
  readonly model: Model;
  readonly schema: DescMessage;
}

class Unpacker {
  readonly #source: Source;
  readonly #options: UnpackerOptions;
  readonly #output: Output;
  readonly #progress: Progress;
  #documents = 0;
  readonly #skipped: Skipped;

  constructor(
    io: CommandIO,
    source: Source,
    options: UnpackerOptions,
    output: Output,
    progress: Progress,
  ) {
    this.#skipped = new Skipped(io, options.maxReports);
    this.#source = source;
    this.#options = options;
    this.#output = output;
    this.#progress = progress;
  }

  async unpack(): Promise<Result> {
    const damage = await this.#unpackWhole();
    if (damage !== undefined && this.#documents === 0) {
      // No document was read, so no file is created.
      throw new CommandFailure(damage.join("\n"));
    }
    return {
      documents: this.#documents,
      skipped: this.#skipped,
      ...(this.#output.file !== undefined && { output: this.#output.file }),
      ...(damage && { damage }),
    };
  }

  /**
   * Writes all readable documents. Returns lines that explain why reading ended early; undefined if
   * it did not.
   */
  async #unpackWhole(): Promise<string[] | undefined> {
    const { model, schema, maxBytes, maxDepth, maxReports, jobs, onError } = this.#options;
    const stops = onError === "stop";
    const options = {
      direction: "unpackLines",
      model,
      schema,
      mode: "archive",
      maxBytes,
      maxDepth,
      stops,
      maxReports: stops ? 1 : maxReports,
      jobs,
    } as const;
    const converted = convertBlocks(
      (buffers) =>
        // Blocks are as large as the buffers: a whole document is enough for one.
        readArchiveBlocks(new CarryingReader(this.#source, buffers), { maxBytes, blockBytes: 1 }),
      options,
    );
    try {
      for await (const { block, result } of converted) {
        await this.#output.write(result.output);
        this.#documents += result.documents;
        const problems = result.refused.map((refused) => this.#explain(refused, block));
        if (stops && problems[0] !== undefined) {
          return problems[0];
        }
        if (problems.length > 0) {
          this.#progress.clear();
          this.#skipped.tell(problems);
        }
        this.#skipped.add(result.unexplained);
      }
    } catch (error) {
      if (error instanceof ArchiveError) {
        const { code, offset, message } = error;
        const advice =
          code === "too_large" ? ", if this is an archive; --max-bytes raises the limit" : "";
        return [
          `${this.#source.name}: offset ${offset} (0x${offset.toString(16)}): ${message}${advice}`,
        ];
      }
      throw error;
    }
    return undefined;
  }

  /** Returns lines that explain what is wrong with a document. */
  #explain(
    { index, start, problems }: RefusedDocument,
    block: Omit<ArchiveBlock, "bytes">,
  ): string[] {
    const place = `document ${block.number + index} at offset ${block.offset + start}`;
    const origin = { name: `${this.#source.name}: ${place}` };
    return problems.map((problem) => formatProblem(problem, origin));
  }
}
