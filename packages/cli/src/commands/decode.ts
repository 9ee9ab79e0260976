import type { DescMessage } from "@bufbuild/protobuf";
import { OpenAIJsonError } from "@stepwire/openai-json";
import { visitAnnotations } from "@stepwire/wire";
import type { Command } from "commander";
import { type ConverterOptions, createConverter } from "../engine.js";
import { CommandFailure } from "../failure.js";
import { archiveHint, isArchive } from "../files/archive-hint.js";
import { openInput, readAll } from "../files/input.js";
import { withOutput } from "../files/output.js";
import type { CommandIO } from "../io.js";
import { explainBinary, explainViolations } from "../refusal.js";
import type { Model } from "../schema/model.js";
import {
  type DescriptorOption,
  descriptorHelp,
  descriptorOption,
  openModel,
} from "../schema/open-model.js";
import { isTranscriptStart, transcriptHint } from "../transcript/options.js";
import { examples } from "./examples.js";
import {
  exampleType,
  type LimitOptions,
  maxBytesOption,
  maxDepthOption,
  messageTypeOption,
  outputOption,
} from "./options.js";

interface DecodeOptions extends LimitOptions, DescriptorOption {
  readonly type: string;
  readonly output?: string;
  readonly pretty?: boolean;
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
    .addHelpText("after", descriptorHelp)
    .addHelpText(
      "after",
      examples(
        `stepwire decode step.bin --type ${exampleType} --pretty`,
        `stepwire encode step.json | stepwire decode --type ${exampleType} | jq .status`,
        "stepwire decode thing.bin --descriptor acme.binpb --type acme.v1.Thing",
      ),
    )
    .action((file: string | undefined, options: DecodeOptions) => decode(io, file, options));
}

async function decode(
  io: CommandIO,
  file: string | undefined,
  { type, descriptor, pretty, output: outputFile, ...limits }: DecodeOptions,
): Promise<void> {
  const model = await openModel(descriptor, io);
  const schema = model.mappedMessage(type);
  const options: ConverterOptions = { ...limits, mode: "archive", ...(pretty && { space: 2 }) };
  await withOutput(outputFile, "json", io, async (output) => {
    const { name, ...input } = await openInput(file, io);
    const binary = await readAll({ name, ...input }, limits.maxBytes);
    try {
      await output.write(createConverter(schema, options).toJson(binary));
      await output.write(Buffer.from("\n"));
    } catch (error) {
      if (!(error instanceof OpenAIJsonError)) {
        throw error;
      }
      const { violations } = error;
      const lines =
        explainBinary(violations, name, schema, binary) ?? explainViolations(violations, { name });
      const hints = otherTypes(model, schema, binary, options).map(
        (other) => `${name}: the bytes can be read with --type ${other}`,
      );
      if (isTranscriptStart(binary)) {
        hints.push(transcriptHint(name));
      }
      if (isArchive(binary)) {
        hints.push(archiveHint(name));
      }
      throw new CommandFailure([...lines, ...hints].join("\n"), { cause: error });
    }
  });
}

/**
 * Returns the types for which the bytes are a complete valid message; none for empty input, which
 * is valid for every type.
 */
function otherTypes(
  model: Model,
  given: DescMessage,
  binary: Uint8Array,
  options: ConverterOptions,
): string[] {
  const candidates = binary.length === 0 ? [] : model.typeNames;
  return candidates.filter((type) => {
    const schema = model.message(type);
    if (schema === given || hasUnknownField(schema, binary)) {
      return false;
    }
    try {
      createConverter(schema, options).toJson(binary);
      return true;
    } catch {
      return false;
    }
  });
}

function hasUnknownField(schema: DescMessage, binary: Uint8Array): boolean {
  let found = false;
  visitAnnotations(schema, binary, {
    annotation: ({ content }) => {
      found ||= content.kind === "unknown";
    },
  });
  return found;
}
