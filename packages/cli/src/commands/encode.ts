import type { DescMessage } from "@bufbuild/protobuf";
import { getMessageMapping } from "@stepwire/mapping";
import { type Mode, OpenAIJsonError, type Violation } from "@stepwire/openai-json";
import type { Command } from "commander";
import { createDetector } from "../detect.js";
import { type ConverterOptions, createConverter } from "../engine.js";
import { CommandFailure } from "../failure.js";
import { openInput, readAll } from "../files/input.js";
import { withOutput } from "../files/output.js";
import type { CommandIO } from "../io.js";
import { explainRefusal, refusalFailure } from "../refusal.js";
import {
  type DescriptorOption,
  descriptorHelp,
  descriptorOption,
  openModel,
} from "../schema/open-model.js";
import { isTranscriptStart, transcriptHint } from "../transcript/options.js";
import { examples } from "./examples.js";
import {
  AUTO,
  documentTypeOption,
  type LimitOptions,
  maxBytesOption,
  maxDepthOption,
  modeHelp,
  modeOption,
  outputOption,
} from "./options.js";

interface EncodeOptions extends LimitOptions, DescriptorOption {
  readonly mode: Mode;
  readonly type: string;
  readonly output?: string;
}

/** Adds the description, options and action of `stepwire encode`. */
export function define(command: Command, io: CommandIO): void {
  command
    .description("Converts one OpenAI JSON document to a binary Protobuf message.")
    .argument("[file]", "the JSON document; default, or -: standard input")
    .addOption(outputOption("the file to write"))
    .addOption(documentTypeOption("the document"))
    .addOption(descriptorOption())
    .addOption(modeOption("preserve"))
    .addOption(maxBytesOption("document"))
    .addOption(maxDepthOption())
    .addHelpText("after", modeHelp)
    .addHelpText("after", descriptorHelp)
    .addHelpText(
      "after",
      examples(
        "stepwire encode step.json -o step.bin",
        "curl -s $URL | stepwire encode --mode strict | wc -c",
        "stepwire encode thing.json --descriptor acme.binpb -o thing.bin",
      ),
    )
    .action((file: string | undefined, options: EncodeOptions) => encode(io, file, options));
}

async function encode(
  io: CommandIO,
  file: string | undefined,
  options: EncodeOptions,
): Promise<void> {
  const model = await openModel(options.descriptor, io);
  const convert =
    options.type === AUTO
      ? convertAnything(model.document(), options)
      : convertType(model.mappedMessage(options.type, [AUTO]), options);
  await withOutput(options.output, "binary", io, async (output) => {
    const input = await openInput(file, io);
    const json = await readAll(input, options.maxBytes);
    try {
      await output.write(convert(json, input.name));
    } catch (error) {
      if (error instanceof OpenAIJsonError && isTranscriptStart(json)) {
        throw new CommandFailure(transcriptHint(input.name), { cause: error });
      }
      throw refusalFailure(error, explainRefusal(error, { name: input.name, text: json }));
    }
  });
}

/** Converts a document of a file. */
type Convert = (json: Uint8Array, name: string) => Uint8Array;

function convertType(schema: DescMessage, options: ConverterOptions): Convert {
  const converter = createConverter(schema, options);
  return (json) => converter.toBinary(json);
}

function convertAnything(document: DescMessage, options: ConverterOptions): Convert {
  return (json, name) => {
    const detected = detect(json, document, options);
    if (detected === undefined) {
      throw new CommandFailure(
        `${name}: ${tellingMembers(document)} not tell what it is; say so with --type`,
      );
    }
    return detected;
  };
}

/** Returns the document in binary; undefined if it is an object of an unknown kind. */
function detect(
  json: Uint8Array,
  document: DescMessage,
  options: ConverterOptions,
): Uint8Array | undefined {
  try {
    const { schema, binary } = createDetector(document, options)(json);
    return schema && binary;
  } catch (error) {
    const isUnknown = ({ code, path }: Violation): boolean =>
      code === "unknown_variant" && path.startsWith(`${document.typeName}.`);
    if (error instanceof OpenAIJsonError && error.violations.some(isUnknown)) {
      return undefined;
    }
    throw error;
  }
}

/** Returns the names of the members that distinguish documents, as the subject of a sentence. */
function tellingMembers(document: DescMessage): string {
  const mapping = getMessageMapping(document);
  const names =
    mapping.kind === "inline"
      ? [mapping.tag, mapping.adjacentArm?.adjacentTag].filter(Boolean)
      : [];
  return names.length === 1
    ? `the member ${names[0]} does`
    : `the members ${names.join(" and ")} do`;
}
