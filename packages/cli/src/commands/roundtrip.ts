import type { Mode } from "@stepwire/openai-json";
import type { Command } from "commander";
import { createDetector, detectAlways } from "../detect.js";
import { CommandFailure, OutputFailure } from "../failure.js";
import { DOCUMENTS, expandFolders, readDocuments } from "../files/documents.js";
import { withOutput } from "../files/output.js";
import type { CommandIO } from "../io.js";
import { report } from "../report.js";
import { JsonReport, TableReport } from "../roundtrip/report.js";
import { Roundtrip } from "../roundtrip/result.js";
import { Sum } from "../roundtrip/summary.js";
import {
  type DescriptorOption,
  descriptorHelp,
  descriptorOption,
  openModel,
} from "../schema/open-model.js";
import { counted } from "../terminal/quantity.js";
import {
  AUTO,
  documentTypeOption,
  examples,
  type LimitOptions,
  maxBytesOption,
  maxDepthOption,
  maxRowsOption,
  modeHelp,
  modeOption,
} from "./options.js";

interface RoundtripOptions extends LimitOptions, DescriptorOption {
  readonly type: string;
  readonly mode: Mode;
  readonly json?: boolean;
  readonly maxRows: number;
}

const columnHelp = `
Columns:
  JSON, binary  bytes; JSON without white space
  ratio         binary in percent of JSON
  residue       what a document has beyond the schema's form, kept beside it:
                members as text, and places that are null, absent or empty where
                others are not
  equal         JSON to binary to JSON gave back every value, to the digit`;

/** Registers `stepwire roundtrip`. */
export function registerRoundtrip(program: Command, io: CommandIO): void {
  program
    .command("roundtrip")
    .summary("check that documents are preserved, and show their sizes")
    .description(
      "Converts JSON documents to binary and back, and compares the result with the input. The exit code is 1 if a document is not equal or is refused.",
    )
    .argument("<file...>", "JSON documents, JSON Lines (.jsonl, .ndjson), or folders with them")
    .addOption(documentTypeOption("the documents"))
    .addOption(descriptorOption())
    .addOption(modeOption("preserve"))
    .option("--json", "write the result as JSON")
    .addOption(maxRowsOption())
    .addOption(maxBytesOption("document"))
    .addOption(maxDepthOption())
    .addHelpText("after", columnHelp)
    .addHelpText("after", modeHelp)
    .addHelpText("after", descriptorHelp)
    .addHelpText(
      "after",
      examples(
        "stepwire roundtrip steps/",
        "stepwire roundtrip --mode archive --json all.jsonl | jq .total",
        "stepwire roundtrip things/ --descriptor acme.binpb",
      ),
    )
    .action((files: string[], options: RoundtripOptions) => roundtrip(io, files, options));
}

async function roundtrip(
  io: CommandIO,
  files: readonly string[],
  options: RoundtripOptions,
): Promise<void> {
  const model = await openModel(options.descriptor, io);
  const detect =
    options.type === AUTO
      ? createDetector(model.document(), options)
      : detectAlways(model.mappedMessage(options.type, [AUTO]), options);
  const journey = new Roundtrip(model, detect, options);
  const sum = new Sum();
  let unreadable = 0;
  const kind = options.json === true ? "json" : "text";
  await withOutput(undefined, kind, io, async (output) => {
    const results =
      options.json === true ? new JsonReport(output) : new TableReport(output, io, options.maxRows);
    for (const file of await expandFolders(files, DOCUMENTS, io)) {
      try {
        for await (const document of readDocuments(file, options.maxBytes, io)) {
          const result = journey.run(document);
          sum.add(result);
          await results.add(result);
        }
      } catch (error) {
        if (!(error instanceof CommandFailure) || error instanceof OutputFailure) {
          throw error;
        }
        unreadable++;
        report(io, error.message.split("\n"));
      }
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
