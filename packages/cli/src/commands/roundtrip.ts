import type { Mode } from "@stepwire/openai-json";
import type { Command } from "commander";
import { CommandFailure } from "../failure.js";
import { expandFolders, readDocuments } from "../files/documents.js";
import { withOutput } from "../files/output.js";
import type { CommandIO } from "../io.js";
import { report } from "../report.js";
import { Roundtrip, type RoundtripResult } from "../roundtrip/result.js";
import { type RoundtripTotal, sumUp } from "../roundtrip/summary.js";
import { formatTable } from "../roundtrip/table.js";
import { counted } from "../terminal/quantity.js";
import { createStyle } from "../terminal/style.js";
import {
  examples,
  type LimitOptions,
  maxBytesOption,
  maxDepthOption,
  modeHelp,
  modeOption,
} from "./options.js";

interface RoundtripOptions extends LimitOptions {
  readonly mode: Mode;
  readonly json?: boolean;
}

const columnHelp = `
Columns:
  JSON, binary  bytes; JSON without white space
  ratio         binary in percent of JSON
  residue       what a document has beyond the schema's form, kept beside it:
                members as text, and places that are null, absent or empty where
                others are not
  equal         JSON to binary to JSON gave back every value, to the digit`;

/** `stepwire roundtrip` */
export function registerRoundtrip(program: Command, io: CommandIO): void {
  program
    .command("roundtrip")
    .summary("proof that documents survive, and how small they get")
    .description(
      "Converts JSON documents to binary and back, and compares what comes out with what went in. The exit code is 1 if one is not equal or is refused.",
    )
    .argument("<file...>", "JSON documents, JSON Lines (.jsonl, .ndjson), or folders with them")
    .addOption(modeOption("preserve"))
    .option("--json", "write the result as JSON")
    .addOption(maxBytesOption("document"))
    .addOption(maxDepthOption())
    .addHelpText("after", columnHelp)
    .addHelpText("after", modeHelp)
    .addHelpText(
      "after",
      examples(
        "stepwire roundtrip steps/",
        "stepwire roundtrip --mode archive --json all.jsonl | jq .total",
      ),
    )
    .action((files: string[], options: RoundtripOptions) => roundtrip(io, files, options));
}

async function roundtrip(
  io: CommandIO,
  files: readonly string[],
  options: RoundtripOptions,
): Promise<void> {
  const journey = new Roundtrip(options);
  const results: RoundtripResult[] = [];
  let unreadable = 0;
  for (const file of await expandFolders(files, io)) {
    try {
      for await (const document of readDocuments(file, options.maxBytes, io)) {
        results.push(journey.run(document));
      }
    } catch (error) {
      if (!(error instanceof CommandFailure)) {
        throw error;
      }
      unreadable++;
      report(io, error.message.split("\n"));
    }
  }
  const total = sumUp(results);
  await withOutput(undefined, options.json === true ? "json" : "text", io, (output) =>
    output.write(Buffer.from(format(io, results, total, options.json === true))),
  );
  if (unreadable > 0) {
    throw new CommandFailure(`${counted(unreadable, "file")} could not be read`);
  }
  const failed = total.documents - total.equal;
  if (failed > 0) {
    throw new CommandFailure(
      `${failed} of ${counted(total.documents, "document")} did not come back`,
    );
  }
}

function format(
  { stdout, environment }: CommandIO,
  results: readonly RoundtripResult[],
  total: RoundtripTotal,
  asJson: boolean,
): string {
  if (asJson) {
    return `${JSON.stringify({ documents: results, total }, undefined, 2)}\n`;
  }
  const width = (stdout.isTTY && stdout.columns) || undefined;
  const lines = formatTable(results, total, createStyle(stdout, environment), width);
  return `${lines.join("\n")}\n`;
}
