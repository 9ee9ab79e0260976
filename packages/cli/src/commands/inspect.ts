import { annotate } from "@stepwire/wire";
import type { Command } from "commander";
import type { ExpansionOptions } from "../files/compression.js";
import { readAll } from "../files/input.js";
import { withOutput } from "../files/output.js";
import { formatListing } from "../inspect/listing.js";
import type { CommandIO } from "../io.js";
import { describeOffset } from "../refusal.js";
import {
  type DescriptorOption,
  descriptorHelp,
  descriptorOption,
  openModel,
} from "../schema/open-model.js";
import { createStyle } from "../terminal/style.js";
import { binaryFailure, missingType, openBinary } from "./binary-input.js";
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
      "Explains a binary Protobuf message: offset and tag in hexadecimal, number and wire type of the field, length of the value, path and value. A damaged message is explained up to the damage.",
    )
    .argument("[file]", "the binary message; default, or -: standard input")
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
  if (type === undefined) {
    throw await missingType(io, subject, limits);
  }
  const schema = model.message(type);
  const input = await openBinary(io, file, `stepwire inspect FILE --type ${type}`, limits);
  const bytes = await readAll(input, limits.maxBytes);
  const { annotations, problems } = annotate(schema, bytes);
  const { stdout, environment } = io;
  const style = createStyle(stdout, environment);
  const width = (stdout.isTTY && stdout.columns) || DEFAULT_WIDTH;
  await withOutput(undefined, "text", io, async (output) => {
    const options = { style, width, paths: paths === true };
    for (const line of formatListing(bytes, annotations, options)) {
      await output.write(Buffer.from(`${line}\n`));
    }
  });
  if (problems.length > 0) {
    const lines = problems.map(
      ({ offset, path, message }) => `${input.name}: ${describeOffset(offset, path)}: ${message}`,
    );
    throw await binaryFailure(lines, input.name, { ...subject, bytes });
  }
}
