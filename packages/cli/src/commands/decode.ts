import { OpenAIJsonError } from "@stepwire/openai-json";
import type { Command } from "commander";
import { type ConverterOptions, createConverter } from "../engine.js";
import { readAll } from "../files/input.js";
import { withOutput } from "../files/output.js";
import type { CommandIO } from "../io.js";
import { explainBinary, explainViolations } from "../refusal.js";
import {
  type DescriptorOption,
  descriptorHelp,
  descriptorOption,
  openModel,
} from "../schema/open-model.js";
import { binaryFailure, missingType, openBinary, warnOfUnknownFields } from "./binary-input.js";
import { examples } from "./examples.js";
import {
  exampleType,
  type LimitOptions,
  maxBytesOption,
  maxDepthOption,
  maxExpansionOption,
  messageTypeOption,
  outputOption,
} from "./options.js";

interface DecodeOptions extends LimitOptions, DescriptorOption {
  readonly type?: string;
  readonly output?: string;
  readonly pretty?: true;
}

/** Adds the description, options and action of `stepwire decode`. */
export function define(command: Command, io: CommandIO): void {
  command
    .description("Converts one binary Protobuf message back to OpenAI JSON.")
    .argument("[file]", "the binary message; default, or -: standard input")
    .addOption(messageTypeOption())
    .addOption(descriptorOption())
    .addOption(outputOption("the file to write"))
    .option("--pretty", "indent the JSON")
    .addOption(maxBytesOption("message"))
    .addOption(maxDepthOption())
    .addOption(maxExpansionOption())
    .addHelpText("after", descriptorHelp)
    .addHelpText(
      "after",
      examples(
        `stepwire decode step.binpb --type ${exampleType} --pretty`,
        `stepwire encode step.json | stepwire decode --type ${exampleType}`,
        "stepwire encode other.json --mode archive | stepwire decode --type document",
        "stepwire decode thing.binpb --descriptor acme.binpb --type acme.v1.Thing",
      ),
    )
    .action((file: string | undefined, options: DecodeOptions) => decode(io, file, options));
}

async function decode(
  io: CommandIO,
  file: string | undefined,
  options: DecodeOptions,
): Promise<void> {
  const { type, descriptor, pretty, output: outputFile, ...limits } = options;
  const model = await openModel(descriptor, io);
  const given = { type, descriptor, pretty, o: outputFile };
  if (type === undefined) {
    throw await missingType(io, { command: "decode", file, model, options: given }, limits);
  }
  const schema = model.mappedMessage(type);
  const converting: ConverterOptions = { ...limits, mode: "archive", ...(pretty && { space: 2 }) };
  await withOutput(outputFile, "json", io, async (output) => {
    const { name, ...input } = await openBinary(
      io,
      file,
      `stepwire decode FILE --type ${type}`,
      limits,
    );
    const binary = await readAll({ name, ...input }, limits.maxBytes);
    const subject = { command: "decode", file, bytes: binary, model, options: given } as const;
    try {
      await output.write(createConverter(schema, converting).toJson(binary));
      await output.write(Buffer.from("\n"));
    } catch (error) {
      if (!(error instanceof OpenAIJsonError)) {
        throw error;
      }
      const { violations } = error;
      const lines =
        explainBinary(violations, name, schema, binary) ?? explainViolations(violations, { name });
      throw await binaryFailure(lines, name, subject, error);
    }
    await warnOfUnknownFields(io, name, schema, subject);
  });
}
