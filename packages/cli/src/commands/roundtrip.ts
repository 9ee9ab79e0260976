import type { DescMessage } from "@bufbuild/protobuf";
import type { Mode } from "@stepwire/openai-json";
import type { Command } from "commander";
import { createDetector, type Detector } from "../detect.js";
import { CommandFailure, ExitCode, OutputFailure } from "../failure.js";
import { DOCUMENTS, expandFolders, readDocument } from "../files/documents.js";
import { totalSize } from "../files/input.js";
import { withOutput } from "../files/output.js";
import { openSource, type Source, withProgress } from "../files/source.js";
import { withFileAdvice } from "../hints/failed-file.js";
import type { CommandIO } from "../io.js";
import { report } from "../report.js";
import { LineRoundtrip } from "../roundtrip/lines.js";
import { JsonReport, TableReport } from "../roundtrip/report.js";
import { Roundtrip, type RoundtripResult } from "../roundtrip/result.js";
import { Sum } from "../roundtrip/summary.js";
import { roundtripTranscript } from "../roundtrip/transcript.js";
import { findEventTypes } from "../schema/event-types.js";
import type { Model } from "../schema/model.js";
import {
  type DescriptorOption,
  descriptorHelp,
  descriptorOption,
  openModel,
} from "../schema/open-model.js";
import { createProgress } from "../terminal/progress.js";
import { counted } from "../terminal/quantity.js";
import {
  eventReadOptions,
  type FormatChoice,
  type FramingChoice,
  findFormat,
  framingOption,
  transcriptHelp,
} from "../transcript/options.js";
import { payloadEvents } from "../transcript/payload-lines.js";
import { examples } from "./examples.js";
import { chosenFormat, formatOption, fromOption } from "./formats.js";
import {
  AUTO,
  documentTypeOption,
  type LimitOptions,
  maxBytesOption,
  maxDepthOption,
  maxExpansionOption,
  maxRowsOption,
  modeHelp,
  modeOption,
} from "./options.js";

interface RoundtripOptions extends LimitOptions, DescriptorOption {
  readonly type: string;
  readonly from: FormatChoice;
  readonly format?: string;
  readonly framing: FramingChoice;
  readonly mode: Mode;
  readonly json?: boolean;
  readonly maxRows?: number;
}

const formats = ["json", "jsonl", "sse", "payloads"] as const;

const columnHelp = `
Columns:
  JSON, binary  bytes; JSON without white space, or all events of a transcript
  ratio         binary in percent of JSON
  residue       what a document has beyond the schema: members, kept as text,
                and places that are null, absent or empty where others are not
  verbatim      share of the binary that is text, because the schema does not
                describe it; only shown if there are transcripts
  equal         JSON to binary to JSON gave back every value, to the digit`;

/** Adds the description, options and action of `stepwire roundtrip`. */
export function define(command: Command, io: CommandIO): void {
  command
    .description(
      "Converts JSON documents to binary and back, and compares the result with the input. The exit code is 1 if a document is not equal or is refused.",
    )
    .argument(
      "<file...>",
      "JSON documents, JSON Lines (.jsonl, .ndjson), transcripts of server-sent events (.sse), or folders with them",
    )
    .addOption(documentTypeOption("the documents"))
    .addOption(
      fromOption(
        "format of the files; auto: by the name of a file, or else by its first bytes",
        formats,
      ),
    )
    .addOption(formatOption(formats))
    .addOption(framingOption())
    .addOption(descriptorOption())
    .addOption(modeOption("preserve"))
    .option("--json", "write the result as JSON")
    .addOption(maxRowsOption())
    .addOption(maxBytesOption("document"))
    .addOption(maxDepthOption())
    .addOption(maxExpansionOption())
    .addHelpText("after", columnHelp)
    .addHelpText("after", transcriptHelp)
    .addHelpText("after", modeHelp)
    .addHelpText("after", descriptorHelp)
    .addHelpText(
      "after",
      examples(
        "stepwire roundtrip exports/",
        "stepwire roundtrip run.sse --mode archive",
        "stepwire roundtrip all.jsonl.gz --mode archive --json | tail -n 12",
        "stepwire roundtrip things/ --descriptor acme.binpb",
      ),
    )
    .action((files: string[], options: RoundtripOptions) =>
      withFileAdvice(io, { command: "roundtrip", files, options }, () =>
        roundtrip(io, files, {
          ...options,
          from: chosenFormat(options.from, options.format, formats),
        }),
      ),
    );
}

async function roundtrip(
  io: CommandIO,
  named: readonly string[],
  options: RoundtripOptions,
): Promise<void> {
  const model = await openModel(options.descriptor, io);
  const message = options.type === AUTO ? undefined : model.mappedMessage(options.type, [AUTO]);
  const files = await expandFolders(named, DOCUMENTS, io);
  const sum = new Sum();
  let unreadable = 0;
  const kind = options.json === true ? "json" : "text";
  await withOutput(undefined, kind, io, async (output) => {
    const results =
      options.json === true ? new JsonReport(output) : new TableReport(output, io, options.maxRows);
    const showsResults = options.json === true && io.stdout.isTTY === true;
    const progress = await createProgress(
      io,
      showsResults ? undefined : await sizeOfAll(files, io),
    );
    const travel = new Traveller(model, message, options);
    try {
      for (const file of files) {
        try {
          const source = withProgress(await openSource(file, io, options), progress);
          await travel.run(file, source, async (result) => {
            sum.add(result);
            await results.add(result);
          });
        } catch (error) {
          if (
            !(error instanceof CommandFailure) ||
            error instanceof OutputFailure ||
            error.exitCode === ExitCode.usage
          ) {
            throw error;
          }
          unreadable++;
          progress.clear();
          report(io, error.message.split("\n"));
        }
      }
    } finally {
      progress.clear();
    }
    await results.finish(sum.total);
  });
  if (unreadable > 0) {
    throw new CommandFailure(`${counted(unreadable, "file")} could not be read`);
  }
  const { documents, equal } = sum.total;
  if (equal < documents) {
    throw new CommandFailure(
      `${documents - equal} of ${counted(documents, "document")} did not come back`,
    );
  }
}

/** Returns the size of all files; undefined if it is unknown. Files are reported when read. */
async function sizeOfAll(files: readonly string[], io: CommandIO): Promise<number | undefined> {
  try {
    return await totalSize(files, io);
  } catch {
    return undefined;
  }
}

/** Makes the round trips of all documents of a file. */
class Traveller {
  readonly #model: Model;
  readonly #message: DescMessage | undefined;
  readonly #options: RoundtripOptions;
  #detector: Detector | undefined;
  #documents: Roundtrip | undefined;
  #lines: LineRoundtrip | undefined;

  constructor(model: Model, message: DescMessage | undefined, options: RoundtripOptions) {
    this.#model = model;
    this.#message = message;
    this.#options = options;
  }

  /** Reads and closes a source. */
  async run(
    file: string,
    source: Source,
    add: (result: RoundtripResult) => Promise<void>,
  ): Promise<void> {
    try {
      for await (const block of this.#travel(file, source)) {
        for (const result of block) {
          await add(result);
        }
      }
    } finally {
      await source.close();
    }
  }

  /** Yields the results in blocks. */
  async *#travel(file: string, opened: Source): AsyncGenerator<readonly RoundtripResult[], void> {
    const options = this.#options;
    const { source, format } = await findFormat(file, opened, options.from, "json");
    if (format === "sse" || format === "payloads") {
      const events = format === "payloads" ? payloadEvents(source) : source;
      const result = await roundtripTranscript(this.#model, events, {
        types: findEventTypes(this.#model, this.#message),
        mode: options.mode,
        reading: eventReadOptions(options),
      });
      yield [result];
      return;
    }
    this.#detector ??= createDetector(this.#model, this.#message, options);
    this.#documents ??= new Roundtrip(this.#model, this.#detector, options.maxBytes);
    if (format === "jsonl") {
      const how = { ...options, message: this.#message, detector: this.#detector };
      this.#lines ??= new LineRoundtrip(this.#model, how, this.#documents);
      yield* this.#lines.run(source);
    } else {
      yield [this.#documents.run(await readDocument(source, options.maxBytes))];
    }
  }
}
