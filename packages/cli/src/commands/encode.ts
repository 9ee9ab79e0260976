import { DocumentSchema } from "@stepwire/core";
import { type Mode, OpenAIJsonError, type Violation } from "@stepwire/openai-json";
import { type Command, Option } from "commander";
import { createDetector } from "../detect.js";
import { type DocumentType, documentTypes, schemaOf } from "../document-type.js";
import { type ConverterOptions, createConverter } from "../engine.js";
import { CommandFailure } from "../failure.js";
import { openInput, readAll } from "../files/input.js";
import { withOutput } from "../files/output.js";
import type { CommandIO } from "../io.js";
import { explainRefusal, refusalFailure } from "../refusal.js";
import {
  examples,
  type LimitOptions,
  maxBytesOption,
  maxDepthOption,
  modeHelp,
  modeOption,
  outputOption,
} from "./options.js";

interface EncodeOptions extends LimitOptions {
  readonly mode: Mode;
  readonly type: DocumentType | "auto";
  readonly output?: string;
}

/** `stepwire encode` */
export function registerEncode(program: Command, io: CommandIO): void {
  program
    .command("encode")
    .summary("a JSON document to binary")
    .description("Converts one OpenAI JSON document to a binary Protobuf message.")
    .argument("[file]", "the JSON document; standard input for - or nothing")
    .addOption(outputOption("the file to write"))
    .addOption(
      new Option("--type <type>", "what the document is; auto goes by its member object or event")
        .choices(["auto", ...documentTypes])
        .default("auto"),
    )
    .addOption(modeOption("preserve"))
    .addOption(maxBytesOption("document"))
    .addOption(maxDepthOption())
    .addHelpText("after", modeHelp)
    .addHelpText(
      "after",
      examples(
        "stepwire encode step.json -o step.bin",
        "curl -s $URL | stepwire encode --mode strict | wc -c",
      ),
    )
    .action((file: string | undefined, options: EncodeOptions) => encode(io, file, options));
}

async function encode(
  io: CommandIO,
  file: string | undefined,
  options: EncodeOptions,
): Promise<void> {
  await withOutput(options.output, "binary", io, async (output) => {
    const input = await openInput(file, io);
    const json = await readAll(input, options.maxBytes);
    try {
      await output.write(convert(json, input.name, options));
    } catch (error) {
      throw refusalFailure(error, explainRefusal(error, { name: input.name, text: json }));
    }
  });
}

function convert(json: Uint8Array, name: string, { type, ...options }: EncodeOptions): Uint8Array {
  if (type !== "auto") {
    return createConverter(schemaOf(type), options).toBinary(json);
  }
  const detected = detect(json, options);
  if (detected === undefined) {
    throw new CommandFailure(
      `${name}: the members object and event do not tell what it is; say so with --type`,
    );
  }
  return detected;
}

/** The document in binary; nothing if it is an object of an unknown kind. */
function detect(json: Uint8Array, options: ConverterOptions): Uint8Array | undefined {
  try {
    const { type, binary } = createDetector(options)(json);
    return type && binary;
  } catch (error) {
    const isUnknown = ({ code, path }: Violation): boolean =>
      code === "unknown_variant" && path.startsWith(`${DocumentSchema.typeName}.`);
    if (error instanceof OpenAIJsonError && error.violations.some(isUnknown)) {
      return undefined;
    }
    throw error;
  }
}
