import { DocumentSchema } from "@stepwire/core";
import type { Mode } from "@stepwire/openai-json";
import type { Command } from "commander";
import { type Converter, createConverter } from "../engine.js";
import { CommandFailure } from "../failure.js";
import { sizePrefix } from "../files/archive.js";
import { isBlank } from "../files/documents.js";
import { type Input, openInput, tooLarge, totalSize } from "../files/input.js";
import { type Line, readLines } from "../files/lines.js";
import { type Output, withOutput } from "../files/output.js";
import type { CommandIO } from "../io.js";
import { explainRefusal } from "../refusal.js";
import { remark, report } from "../report.js";
import { createProgress, type Progress, withProgress } from "../terminal/progress.js";
import { bytes, counted, percent } from "../terminal/quantity.js";
import {
  examples,
  type LimitOptions,
  maxBytesOption,
  maxDepthOption,
  modeHelp,
  modeOption,
  type OnError,
  onErrorOption,
  outputOption,
} from "./options.js";

interface PackOptions extends LimitOptions {
  readonly mode: Mode;
  readonly output?: string;
  readonly onError: OnError;
}

/** `stepwire pack` */
export function registerPack(program: Command, io: CommandIO): void {
  program
    .command("pack")
    .summary("lines of JSON to a compact archive")
    .description(
      "Packs JSON Lines into an archive: a stream of size-delimited binary documents, in the order of the lines. Memory stays the same however long the input is. Blank lines are left out.",
    )
    .argument(
      "[file...]",
      "files with a JSON document on each line; standard input for - or nothing",
    )
    .addOption(outputOption("the archive to write"))
    .addOption(modeOption("archive"))
    .addOption(onErrorOption("a line that is refused; skip reports it, goes on and exits with 1"))
    .addOption(maxBytesOption("line"))
    .addOption(maxDepthOption())
    .addHelpText("after", modeHelp)
    .addHelpText(
      "after",
      examples(
        "stepwire pack 2026-01.jsonl 2026-02.jsonl -o archive.pb",
        "zcat steps.jsonl.gz | stepwire pack --on-error skip -o archive.pb",
      ),
    )
    .action((files: string[], options: PackOptions) => pack(io, files, options));
}

/** How far the work is. */
interface Tally {
  documents: number;
  skipped: number;
  jsonBytes: number;
  packedBytes: number;
}

/** What it takes to pack one file after the other. */
interface Packer {
  readonly io: CommandIO;
  readonly options: PackOptions;
  readonly converter: Converter;
  readonly output: Output;
  readonly progress: Progress;
  readonly tally: Tally;
}

async function pack(io: CommandIO, named: readonly string[], options: PackOptions): Promise<void> {
  const files = named.length === 0 ? [undefined] : named;
  const tally: Tally = { documents: 0, skipped: 0, jsonBytes: 0, packedBytes: 0 };
  await withOutput(options.output, "binary", io, async (output) => {
    const progress = createProgress(io, await totalSize(files, io));
    const converter = createConverter(DocumentSchema, options);
    try {
      for (const file of files) {
        await packInput(await openInput(file, io), {
          io,
          options,
          converter,
          output,
          progress,
          tally,
        });
      }
    } finally {
      progress.clear();
    }
  });
  const { documents, skipped, jsonBytes, packedBytes } = tally;
  if (skipped > 0) {
    throw new CommandFailure(
      `${counted(skipped, "line")} skipped, ${counted(documents, "document")} packed`,
    );
  }
  remark(
    io,
    `${counted(documents, "document")}: ${bytes(jsonBytes)} of JSON in ${bytes(packedBytes)}, ${percent(packedBytes, jsonBytes)}`,
  );
}

async function packInput({ name, chunks }: Input, packer: Packer): Promise<void> {
  const { io, options, progress, tally } = packer;
  for await (const line of readLines(withProgress(chunks, progress), options.maxBytes)) {
    const problem = await packLine(line, name, packer);
    if (problem !== undefined && options.onError === "stop") {
      throw new CommandFailure(problem.join("\n"));
    }
    if (problem !== undefined) {
      tally.skipped++;
      progress.clear();
      report(io, problem);
    }
  }
}

/** Packs one line; gives back what is wrong with it. */
async function packLine(
  { number, bytes: json }: Line,
  name: string,
  { converter, options, output, tally }: Packer,
): Promise<string[] | undefined> {
  if (json === undefined) {
    return [tooLarge(`${name}:${number}`, options.maxBytes)];
  }
  if (isBlank(json)) {
    return undefined;
  }
  let binary: Uint8Array;
  try {
    binary = converter.toBinary(json);
  } catch (error) {
    const lines = explainRefusal(error, { name, line: number, text: json });
    if (lines === undefined) {
      throw error;
    }
    return lines;
  }
  const prefix = sizePrefix(binary.length);
  await output.write(prefix);
  await output.write(binary);
  tally.documents++;
  tally.jsonBytes += json.length;
  tally.packedBytes += prefix.length + binary.length;
  return undefined;
}
