import { annotate } from "@stepwire/wire";
import type { Command } from "commander";
import { type DocumentType, schemaOf } from "../document-type.js";
import { CommandFailure } from "../failure.js";
import { openInput, readAll } from "../files/input.js";
import { withOutput } from "../files/output.js";
import { formatListing } from "../inspect/listing.js";
import type { CommandIO } from "../io.js";
import { describeOffset } from "../refusal.js";
import { createStyle } from "../terminal/style.js";
import { binaryTypeOption } from "./decode.js";
import { examples, maxBytesOption } from "./options.js";

interface InspectOptions {
  readonly type: DocumentType;
  readonly maxBytes: number;
  readonly paths?: boolean;
}

const DEFAULT_WIDTH = 80;

/** `stepwire inspect` */
export function registerInspect(program: Command, io: CommandIO): void {
  program
    .command("inspect")
    .summary("a binary message, explained")
    .description(
      "Explains a binary Protobuf message: offset and tag in hexadecimal, number and wire type of the field, length of the value, path and value. What is damaged is explained as far as it goes.",
    )
    .argument("[file]", "the binary message; standard input for - or nothing")
    .addOption(binaryTypeOption())
    .option("--paths", "full paths instead of a tree, and whole values: to search in")
    .addOption(maxBytesOption("message"))
    .addHelpText(
      "after",
      examples(
        "stepwire inspect step.bin --type run-step",
        "stepwire encode step.json | stepwire inspect --type run-step",
        "stepwire inspect step.bin --type run-step --paths | grep function.name",
      ),
    )
    .action((file: string | undefined, options: InspectOptions) => inspect(io, file, options));
}

async function inspect(
  io: CommandIO,
  file: string | undefined,
  { type, maxBytes, paths = false }: InspectOptions,
): Promise<void> {
  const input = await openInput(file, io);
  const bytes = await readAll(input, maxBytes);
  const { annotations, problems } = annotate(schemaOf(type), bytes);
  const { stdout, environment } = io;
  const style = createStyle(stdout, environment);
  const width = (stdout.isTTY && stdout.columns) || DEFAULT_WIDTH;
  await withOutput(undefined, "text", io, async (output) => {
    for (const line of formatListing(bytes, annotations, { style, width, paths })) {
      await output.write(Buffer.from(`${line}\n`));
    }
  });
  if (problems.length > 0) {
    const lines = problems.map(
      ({ offset, path, message }) => `${input.name}: ${describeOffset(offset, path)}: ${message}`,
    );
    throw new CommandFailure(lines.join("\n"));
  }
}
