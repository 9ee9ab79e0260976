import type { DescMessage } from "@bufbuild/protobuf";
import type { Mode } from "@stepwire/openai-json";
import type { Command } from "commander";
import type { BlockResult } from "../batch/block.js";
import { convertBlocks } from "../batch/convert-blocks.js";
import { readLineBlocks } from "../batch/line-blocks.js";
import { CommandFailure } from "../failure.js";
import { expandFolders, SEQUENCES } from "../files/documents.js";
import { tooLarge, totalSize } from "../files/input.js";
import { withOutput } from "../files/output.js";
import { openSource, type Source, withProgress } from "../files/source.js";
import type { CommandIO } from "../io.js";
import { formatProblem } from "../refusal.js";
import { remark } from "../report.js";
import { findEventTypes } from "../schema/event-types.js";
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
  formatOption,
  framingOption,
  transcriptHelp,
} from "../transcript/options.js";
import { packTranscript } from "../transcript/pack-transcript.js";
import { examples } from "./examples.js";
import {
  AUTO,
  documentTypeOption,
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
import { Tally } from "./tally.js";

interface PackOptions extends LimitOptions, DescriptorOption {
  readonly type: string;
  readonly format: FormatChoice;
  readonly framing: FramingChoice;
  readonly mode: Mode;
  readonly output?: string;
  readonly onError: OnError;
  readonly maxReports: number;
  readonly jobs: number;
}

const packedTranscriptsHelp = `
  An archive has no borders between transcripts. To keep them apart, pack each
  into an archive of its own.`;

/** Adds the description, options and action of `stepwire pack`. */
export function define(command: Command, io: CommandIO): void {
  command
    .description(
      "Packs JSON Lines and transcripts of server-sent events into an archive: a stream of size-delimited binary documents, one for each line or event, in their order. Lines are converted on all cores. The memory does not depend on the length of the input. Blank lines are skipped.",
    )
    .argument(
      "[file...]",
      "files with one JSON document per line (.jsonl, .ndjson), transcripts (.sse), or folders with them; default, or -: standard input",
    )
    .addOption(outputOption("the archive to write"))
    .addOption(documentTypeOption("the lines or events"))
    .addOption(
      formatOption("format of the input; auto: by the name of a file, or else by its first bytes", [
        "jsonl",
        "sse",
      ]),
    )
    .addOption(framingOption())
    .addOption(descriptorOption())
    .addOption(modeOption("archive"))
    .addOption(
      onErrorOption("a refused line or event; skip reports it, continues and exits with 1"),
    )
    .addOption(maxReportsOption("lines and events"))
    .addOption(jobsOption())
    .addOption(maxBytesOption("line or event"))
    .addOption(maxDepthOption())
    .addHelpText("after", transcriptHelp)
    .addHelpText("after", packedTranscriptsHelp)
    .addHelpText("after", modeHelp)
    .addHelpText("after", descriptorHelp)
    .addHelpText(
      "after",
      examples(
        "stepwire pack 2026-01.jsonl 2026-02.jsonl -o archive.pb",
        "zcat steps.jsonl.gz | stepwire pack --on-error skip -o archive.pb",
        "stepwire pack run.sse -o run.pb && stepwire unpack run.pb -o again.sse",
        "curl -sN $URL | stepwire pack -o run.pb",
        "stepwire pack things.jsonl --descriptor acme.binpb -o archive.pb",
      ),
    )
    .action((files: string[], options: PackOptions) => pack(io, files, options));
}

/** Words for the parts and the content of an input. */
const words: Readonly<Record<Format, { readonly unit: string; readonly text: string }>> = {
  json: { unit: "line", text: "JSON" },
  jsonl: { unit: "line", text: "JSON" },
  sse: { unit: "event", text: "SSE" },
};
const mixedWords = { unit: "document", text: "text" };

async function pack(io: CommandIO, named: readonly string[], options: PackOptions): Promise<void> {
  const model = await openModel(options.descriptor, io);
  const message = options.type === AUTO ? undefined : model.mappedMessage(options.type, [AUTO]);
  const files = named.length === 0 ? [undefined] : await expandFolders(named, SEQUENCES, io);
  const lost = new LostParts();
  const formats = new Set<Format>();
  const tally = await withOutput(options.output, "binary", io, async (output) => {
    const progress = await createProgress(io, await totalSize(files, io));
    const tally = new Tally(io, output, progress, options);
    try {
      for (const file of files) {
        const opened = withProgress(await openSource(file, io), progress);
        try {
          const { source, format } = await findFormat(file, opened, options.format, "jsonl");
          formats.add(format);
          if (format === "sse") {
            await packTranscript(source, tally, {
              types: findEventTypes(model, message),
              mode: options.mode,
              reading: eventReadOptions(options),
              onSkipped: (part) => lost.add(part),
            });
          } else {
            const schema = message ?? model.document();
            await new Packer(source, { ...options, model, schema }, tally).pack();
          }
        } finally {
          await opened.close();
        }
      }
    } finally {
      progress.clear();
    }
    return tally;
  });
  const { documents, textBytes, packedBytes, skipped } = tally;
  const [format = "jsonl", ...others] = formats;
  const { unit, text } = others.length === 0 ? words[format] : mixedWords;
  if (skipped.count > 0) {
    throw new CommandFailure(skipped.sumUp(unit, `${counted(documents, "document")} packed`));
  }
  const size = `${bytes(textBytes)} of ${text} in ${bytes(packedBytes)}, ${percent(packedBytes, textBytes)}`;
  for (const line of [`${counted(documents, "document")}: ${size}`, ...lost.describe()]) {
    remark(io, line);
  }
}

/** The name of a file that usually has one document, not one for each line. */
const WHOLE_DOCUMENT = /\.json$/i;

function oneDocument(name: string): string {
  return `${name}: pack reads one document per line; if the file is one document, use encode, or write it on one line`;
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
  readonly #tally: Tally;
  /** Number of processed lines. */
  #lines = 0;

  constructor(source: Source, options: PackerOptions, tally: Tally) {
    this.#source = source;
    this.#options = options;
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
        this.#tally.refuse([[tooLarge(`${this.#source.name}:${this.#lines}`, maxBytes)]]);
      }
    }
  }

  async #add(result: BlockResult): Promise<void> {
    const { output, documents, lines, size, refused, unexplained } = result;
    const { name } = this.#source;
    this.#tally.refuse(
      refused.map(({ index, problems }) => {
        const line = this.#lines + index + 1;
        const texts = problems.map((problem) => formatProblem(problem, { name, line }));
        return line === 1 && WHOLE_DOCUMENT.test(name) ? [...texts, oneDocument(name)] : texts;
      }),
    );
    this.#tally.skipped.add(unexplained);
    await this.#tally.write(output);
    this.#lines += lines;
    this.#tally.documents += documents;
    this.#tally.textBytes += size;
  }
}
