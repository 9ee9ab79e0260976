import type { DescMessage } from "@bufbuild/protobuf";
import { getMessageMapping } from "@stepwire/mapping";
import { type Mode, OpenAIJsonError, type Violation } from "@stepwire/openai-json";
import type { Command } from "commander";
import { createDetector, type DetectedDocument, type Detector } from "../detect.js";
import type { ConverterOptions } from "../engine.js";
import { CommandFailure } from "../failure.js";
import { openInput, readAll } from "../files/input.js";
import { withOutput } from "../files/output.js";
import type { Subject } from "../hints/advice.js";
import { givenOptions } from "../hints/command-line.js";
import type { CommandIO } from "../io.js";
import { explainViolations } from "../refusal.js";
import { remark } from "../report.js";
import type { Model } from "../schema/model.js";
import {
  type DescriptorOption,
  descriptorHelp,
  descriptorOption,
  openModel,
} from "../schema/open-model.js";
import { examples } from "./examples.js";
import {
  AUTO,
  documentTypeOption,
  type LimitOptions,
  maxBytesOption,
  maxDepthOption,
  maxExpansionOption,
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
    .addOption(maxExpansionOption())
    .addHelpText("after", modeHelp)
    .addHelpText("after", descriptorHelp)
    .addHelpText(
      "after",
      examples(
        "stepwire encode step.json -o step.binpb",
        "stepwire encode step.json.gz --mode archive -o step.binpb",
        "curl -s $URL | stepwire encode --mode strict | wc -c",
        "stepwire encode thing.json --descriptor acme.binpb -o thing.binpb",
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
  const message = options.type === AUTO ? undefined : model.mappedMessage(options.type, [AUTO]);
  const convert = createConvert(model, message, options);
  await withOutput(options.output, "binary", io, async (output) => {
    const input = await openInput(file, io, options);
    const json = await readAll(input, options.maxBytes);
    try {
      const { binary, isUnknown } = convert(json, input.name);
      await output.write(binary);
      if (isUnknown) {
        const type = model.nameOf(model.document());
        remark(io, `${input.name}: of no known type, kept as it is; decode it with --type ${type}`);
      }
    } catch (error) {
      throw await explain(error, input.name, {
        command: "encode",
        file,
        bytes: json,
        model,
        options: givenOptions(options, "preserve"),
      });
    }
  });
}

async function explain(error: unknown, name: string, subject: Subject): Promise<unknown> {
  const isRefusal = error instanceof OpenAIJsonError;
  if (!isRefusal && !(error instanceof UnknownDocument)) {
    return error;
  }
  const [{ withAdvice }, { adviseOnRefusal }] = await Promise.all([
    import("../hints/advice.js"),
    import("../hints/refusal.js"),
  ]);
  const lines = isRefusal
    ? explainViolations(error.violations, { name, text: subject.bytes })
    : [error.message];
  const advice = adviseOnRefusal(isRefusal ? error.violations : [], subject);
  return new CommandFailure(withAdvice(lines, name, advice).join("\n"), { cause: error });
}

/** A document in binary. */
interface Encoded {
  readonly binary: Uint8Array;
  /** Whether the document is of no known type, and kept as text. */
  readonly isUnknown: boolean;
}

/** Converts a document of a file. If its type is given, its buffer is overwritten by the result. */
type Convert = (json: Uint8Array, name: string) => Encoded;

/** The document is of no known type. */
class UnknownDocument extends Error {}

/**
 * Returns a function that converts documents. If they may have any type, an object of no known type
 * becomes in archive mode a message that holds its text, like in an archive of `pack`.
 *
 * @param message the type of all documents; undefined if each tells its own.
 */
function createConvert(
  model: Model,
  message: DescMessage | undefined,
  options: ConverterOptions,
): Convert {
  const detector = createDetector(model, message, options);
  if (message !== undefined) {
    return (json) => ({ ...detector.detectInPlace(json), isUnknown: false });
  }
  const document = model.document();
  return (json, name) => {
    const detected = detect(json, document, detector);
    if (detected?.schema !== undefined) {
      return { binary: detected.binary, isUnknown: false };
    }
    if (detected === undefined || options.mode !== "archive") {
      const members = tellingMembers(document);
      throw new UnknownDocument(`${name}: ${members} not tell what it is; say so with --type`);
    }
    return { binary: detected.binary, isUnknown: true };
  };
}

/** Returns the document in binary; undefined if its type is unknown and it cannot be kept. */
function detect(
  json: Uint8Array,
  document: DescMessage,
  detector: Detector,
): DetectedDocument | undefined {
  try {
    return detector.detect(json);
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
