import type { DescMessage } from "@bufbuild/protobuf";
import { annotate } from "@stepwire/wire";
import { isArchiveStart } from "@stepwire/wire/archive-layout";
import type { Command } from "commander";
import { startOf } from "../archive/archive-input.js";
import { CommandFailure } from "../failure.js";
import type { ExpansionOptions } from "../files/compression.js";
import { isStandardInput, readAll } from "../files/input.js";
import { withOutput } from "../files/output.js";
import { chunksOf, openSource, type Source } from "../files/source.js";
import type { GivenOptions } from "../hints/command-line.js";
import type { ArchiveInspection } from "../inspect/archive.js";
import { formatListing } from "../inspect/listing.js";
import type { CommandIO } from "../io.js";
import { describeOffset } from "../refusal.js";
import type { Model } from "../schema/model.js";
import {
  type DescriptorOption,
  descriptorHelp,
  descriptorOption,
  openModel,
} from "../schema/open-model.js";
import { createStyle } from "../terminal/style.js";
import { binaryFailure, missingType, refuseTerminal } from "./binary-input.js";
import { examples } from "./examples.js";
import { exampleType, maxBytesOption, maxExpansionOption, messageTypeOption } from "./options.js";

interface InspectOptions extends DescriptorOption, ExpansionOptions {
  readonly type?: string;
  readonly maxBytes: number;
  readonly paths?: true;
}

const DEFAULT_WIDTH = 80;

/** Adds the description, options and action of `stepwire inspect`. */
export function define(command: Command, io: CommandIO): void {
  command
    .description(
      "Explains a binary Protobuf message, or sums up an archive. Of a message: offset and tag in hexadecimal, number and wire type of the field, length of the value, path and value. A damaged message is explained up to the damage.",
    )
    .argument("[file]", "the binary message or archive; default, or -: standard input")
    .addOption(messageTypeOption())
    .addOption(descriptorOption())
    .option("--paths", "show full paths and complete values, to search in")
    .addOption(maxBytesOption("message"))
    .addOption(maxExpansionOption())
    .addHelpText("after", descriptorHelp)
    .addHelpText(
      "after",
      examples(
        `stepwire inspect step.binpb --type ${exampleType}`,
        `stepwire encode step.json | stepwire inspect --type ${exampleType}`,
        `stepwire inspect step.binpb --type ${exampleType} --paths | grep function.name`,
        "stepwire inspect all.archive",
        "stepwire inspect thing.binpb --descriptor acme.binpb --type acme.v1.Thing",
      ),
    )
    .action((file: string | undefined, options: InspectOptions) => inspect(io, file, options));
}

async function inspect(
  io: CommandIO,
  file: string | undefined,
  { type, descriptor, paths, ...limits }: InspectOptions,
): Promise<void> {
  const model = await openModel(descriptor, io);
  const subject = {
    command: "inspect",
    file,
    model,
    options: { type, descriptor, paths },
  } as const;
  if (type === undefined && isStandardInput(file) && io.stdin.isTTY === true) {
    throw await missingType(io, subject, limits);
  }
  const schema = type === undefined ? undefined : model.message(type);
  refuseTerminal(io, file, `stepwire inspect FILE --type ${type}`);
  const opened = await openSource(file, io, limits);
  try {
    const { head, source } = await startOf(opened);
    if (isArchiveStart(head)) {
      await inspectArchive(io, source, limits);
      return;
    }
    const input = { name: source.name, chunks: chunksOf(source), close: () => {} };
    if (schema === undefined) {
      throw await missingType(io, subject, limits, input);
    }
    const bytes = await readAll(input, limits.maxBytes);
    await inspectMessage(io, schema, bytes, { ...subject, name: source.name });
  } finally {
    await opened.close();
  }
}

async function inspectArchive(
  io: CommandIO,
  source: Source,
  limits: ArchiveInspection,
): Promise<void> {
  const { summarizeArchive } = await import("../inspect/archive.js");
  const { lines, damage } = await summarizeArchive(source, limits);
  await withOutput(undefined, "text", io, (output) =>
    output.write(Buffer.from(lines.map((line) => `${line}\n`).join(""))),
  );
  if (damage.length > 0) {
    throw new CommandFailure(damage.join("\n"));
  }
}

interface Inspected {
  readonly command: "inspect";
  readonly name: string;
  readonly file: string | undefined;
  readonly model: Model;
  readonly options: GivenOptions & { readonly paths?: true | undefined };
}

async function inspectMessage(
  io: CommandIO,
  schema: DescMessage,
  bytes: Uint8Array,
  { name, ...subject }: Inspected,
): Promise<void> {
  const { annotations, problems } = annotate(schema, bytes);
  const { stdout, environment } = io;
  const style = createStyle(stdout, environment);
  const width = (stdout.isTTY && stdout.columns) || DEFAULT_WIDTH;
  await withOutput(undefined, "text", io, async (output) => {
    const options = { style, width, paths: subject.options.paths === true };
    for (const line of formatListing(bytes, annotations, options)) {
      await output.write(Buffer.from(`${line}\n`));
    }
  });
  if (problems.length > 0) {
    const lines = problems.map(
      ({ offset, path, message }) => `${name}: ${describeOffset(offset, path)}: ${message}`,
    );
    throw await binaryFailure(lines, name, { ...subject, bytes });
  }
}
