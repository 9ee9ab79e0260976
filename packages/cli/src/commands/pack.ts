import type { DescMessage } from "@bufbuild/protobuf";
import type { Mode } from "@stepwire/openai-json";
import type { Command } from "commander";
import type { BlockResult } from "../batch/block.js";
import { convertBlocks } from "../batch/convert-blocks.js";
import { readLineBlocks } from "../batch/line-blocks.js";
import { CommandFailure } from "../failure.js";
import { tooLarge, totalSize } from "../files/input.js";
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
import { bytes, counted, percent } from "../terminal/quantity.js";
import {
  archiveMessage,
  documentTypeOption,
  examples,
  jobsOption,
  type LimitOptions,
  maxBytesOption,
  maxDepthOption,
  maxReportsOption,
  modeHelp,
  modeOption,
  type OnError,
  onErrorOption,
  outputOption,
} from "./options.js";
import { Skipped } from "./skipped.js";

interface PackOptions extends LimitOptions, DescriptorOption {
  readonly type: string;
  readonly mode: Mode;
  readonly output?: string;
  readonly onError: OnError;
  readonly maxReports: number;
  readonly jobs: number;
}

/** Registers `stepwire pack`. */
export function registerPack(program: Command, io: CommandIO): void {
  program
    .command("pack")
    .summary("convert lines of JSON to a compact archive")
    .description(
      "Packs JSON Lines into an archive: a stream of size-delimited binary documents, in the order of the lines. Uses all cores. The memory does not depend on the length of the input. Blank lines are skipped.",
    )
    .argument("[file...]", "files with one JSON document per line; default, or -: standard input")
    .addOption(outputOption("the archive to write"))
    .addOption(documentTypeOption("the lines"))
    .addOption(descriptorOption())
    .addOption(modeOption("archive"))
    .addOption(onErrorOption("a refused line; skip reports it, continues and exits with 1"))
    .addOption(maxReportsOption("lines"))
    .addOption(jobsOption())
    .addOption(maxBytesOption("line"))
    .addOption(maxDepthOption())
    .addHelpText("after", modeHelp)
    .addHelpText("after", descriptorHelp)
    .addHelpText(
      "after",
      examples(
        "stepwire pack 2026-01.jsonl 2026-02.jsonl -o archive.pb",
        "zcat steps.jsonl.gz | stepwire pack --on-error skip -o archive.pb",
        "stepwire pack things.jsonl --descriptor acme.binpb -o archive.pb",
      ),
    )
    .action((files: string[], options: PackOptions) => pack(io, files, options));
}

/** Running totals. */
interface Tally {
  documents: number;
  readonly skipped: Skipped;
  jsonBytes: number;
  packedBytes: number;
}

async function pack(io: CommandIO, named: readonly string[], options: PackOptions): Promise<void> {
  const model = await openModel(options.descriptor, io);
  const schema = archiveMessage(model, options.type);
  const files = named.length === 0 ? [undefined] : named;
  const skipped = new Skipped(io, options.maxReports);
  const tally: Tally = { documents: 0, skipped, jsonBytes: 0, packedBytes: 0 };
  await withOutput(options.output, "binary", io, async (output) => {
    const progress = await createProgress(io, await totalSize(files, io));
    try {
      for (const file of files) {
        const source = withProgress(await openSource(file, io), progress);
        try {
          await new Packer(source, { ...options, model, schema }, output, progress, tally).pack();
        } finally {
          await source.close();
        }
      }
    } finally {
      progress.clear();
    }
  });
  const { documents, jsonBytes, packedBytes } = tally;
  if (skipped.count > 0) {
    throw new CommandFailure(skipped.sumUp("line", `${counted(documents, "document")} packed`));
  }
  remark(
    io,
    `${counted(documents, "document")}: ${bytes(jsonBytes)} of JSON in ${bytes(packedBytes)}, ${percent(packedBytes, jsonBytes)}`,
  );
}

/** The options of the command, with the schema they refer to. */
interface PackerOptions extends PackOptions {
  readonly model: Model;
  readonly schema: DescMessage;
}

/** Packs one input. */
class Packer {
  readonly #source: Source;
  readonly #options: PackerOptions;
  readonly #output: Output;
  readonly #progress: Progress;
  readonly #tally: Tally;
  /** Number of processed lines. */
  #lines = 0;

  constructor(
    source: Source,
    options: PackerOptions,
    output: Output,
    progress: Progress,
    tally: Tally,
  ) {
    this.#source = source;
    this.#options = options;
    this.#output = output;
    this.#progress = progress;
    this.#tally = tally;
  }

  async pack(): Promise<void> {
    const { model, schema, mode, maxBytes, maxDepth, maxReports, jobs, onError } = this.#options;
    const options = {
      direction: "packLines",
      model,
      schema,
      mode,
      maxBytes,
      maxDepth,
      stops: onError === "stop",
      maxReports: onError === "stop" ? 1 : maxReports,
      jobs,
    } as const;
    const converted = convertBlocks(
      (buffers) => readLineBlocks(this.#source, buffers, maxBytes),
      options,
    );
    for await (const { block, result } of converted) {
      await this.#add(result);
      if (block.beforeTooLong) {
        this.#lines++;
        this.#refuse([[tooLarge(`${this.#source.name}:${this.#lines}`, maxBytes)]]);
      }
    }
  }

  async #add(result: BlockResult): Promise<void> {
    const { output, documents, lines, size, refused, unexplained } = result;
    const { name } = this.#source;
    this.#refuse(
      refused.map(({ index, problems }) => {
        const origin = { name, line: this.#lines + index + 1 };
        return problems.map((problem) => formatProblem(problem, origin));
      }),
    );
    this.#tally.skipped.add(unexplained);
    await this.#output.write(output);
    this.#lines += lines;
    this.#tally.documents += documents;
    this.#tally.jsonBytes += size;
    this.#tally.packedBytes += output.length;
  }

  #refuse(problems: readonly (readonly string[])[]): void {
    const [first] = problems;
    if (first === undefined) {
      return;
    }
    if (this.#options.onError === "stop") {
      throw new CommandFailure(first.join("\n"));
    }
    this.#progress.clear();
    this.#tally.skipped.tell(problems);
  }
}
