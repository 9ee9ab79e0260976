import { canBeDocument } from "@stepwire/mapping/internal";
import { compileHostTable } from "@stepwire/transcode/internal";
import type { Command } from "commander";
import { withOutput } from "../files/output.js";
import type { CommandIO } from "../io.js";
import { builtIn } from "../schema/model.js";
import { descriptorHelp, descriptorOption, openModel } from "../schema/open-model.js";
import { examples } from "./examples.js";
import { outputOption } from "./options.js";

interface TableOptions {
  readonly descriptor: string;
  readonly output?: string;
}

/** Adds the description, options and action of `stepwire table`. */
export function define(command: Command, io: CommandIO): void {
  command
    .description(
      "Compiles your own schema to a table. The packages for Go, Java, Python and Rust convert your messages with it, if they have the same version as this command.",
    )
    .addOption(descriptorOption().makeOptionMandatory())
    .addOption(outputOption("the table to write"))
    .addHelpText("after", descriptorHelp)
    .addHelpText("after", examples("stepwire table --descriptor acme.binpb -o acme.table"))
    .action((options: TableOptions) => writeTable(io, options));
}

async function writeTable(io: CommandIO, { descriptor, output }: TableOptions): Promise<void> {
  const model = await openModel(descriptor, io);
  // Those of the built-in schema are included only as parts of your own.
  const builtInNames = new Set([...builtIn.messages].map(({ typeName }) => typeName));
  const messages = [...model.messages].filter(
    (message) =>
      !builtInNames.has(message.typeName) &&
      !message.typeName.startsWith("google.protobuf.") &&
      canBeDocument(message),
  );
  if (messages.length === 0) {
    throw model.usageFailure("no message of your own is a JSON object");
  }
  await withOutput(output, "binary", io, (file) => file.write(compileHostTable(messages)));
}
