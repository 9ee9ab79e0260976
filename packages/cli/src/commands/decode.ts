import type { DescMessage } from "@bufbuild/protobuf";
import { OpenAIJsonError } from "@stepwire/openai-json";
import { visitAnnotations } from "@stepwire/wire";
import { type Command, Option } from "commander";
import { type DocumentType, documentTypes, schemaOf } from "../document-type.js";
import { type ConverterOptions, createConverter } from "../engine.js";
import { CommandFailure } from "../failure.js";
import { openInput, readAll } from "../files/input.js";
import { withOutput } from "../files/output.js";
import type { CommandIO } from "../io.js";
import { explainBinary, explainViolations } from "../refusal.js";
import {
  examples,
  type LimitOptions,
  maxBytesOption,
  maxDepthOption,
  outputOption,
} from "./options.js";

interface DecodeOptions extends LimitOptions {
  readonly type: DocumentType;
  readonly output?: string;
  readonly pretty?: boolean;
}

/** `--type` for a command that reads one binary message, which does not say what it is. */
export function binaryTypeOption(): Option {
  return new Option("--type <type>", "what the message is; the bytes do not tell")
    .choices(documentTypes)
    .makeOptionMandatory();
}

/** `stepwire decode` */
export function registerDecode(program: Command, io: CommandIO): void {
  program
    .command("decode")
    .summary("a binary message to JSON")
    .description("Converts one binary Protobuf message back to OpenAI JSON.")
    .argument("[file]", "the binary message; standard input for - or nothing")
    .addOption(binaryTypeOption())
    .addOption(outputOption("the file to write"))
    .option("--pretty", "indent the JSON")
    .addOption(maxBytesOption("message"))
    .addOption(maxDepthOption())
    .addHelpText(
      "after",
      examples(
        "stepwire decode step.bin --type run-step --pretty",
        "stepwire encode step.json | stepwire decode --type run-step | jq .status",
      ),
    )
    .action((file: string | undefined, options: DecodeOptions) => decode(io, file, options));
}

async function decode(
  io: CommandIO,
  file: string | undefined,
  { type, pretty, output: outputFile, ...limits }: DecodeOptions,
): Promise<void> {
  const options: ConverterOptions = { ...limits, mode: "archive", ...(pretty && { space: 2 }) };
  await withOutput(outputFile, "json", io, async (output) => {
    const { name, ...input } = await openInput(file, io);
    const binary = await readAll({ name, ...input }, limits.maxBytes);
    const schema = schemaOf(type);
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
      const hints = otherTypes(binary, type, options).map(
        (other) => `${name}: the bytes can be read with --type ${other}`,
      );
      throw new CommandFailure([...lines, ...hints].join("\n"), { cause: error });
    }
  });
}

/** The types that the bytes are a message of, every byte of it. No bytes tell nothing. */
function otherTypes(
  binary: Uint8Array,
  given: DocumentType,
  options: ConverterOptions,
): DocumentType[] {
  const candidates = binary.length === 0 ? [] : documentTypes;
  return candidates.filter((type) => {
    const schema = schemaOf(type);
    if (type === given || hasUnknownField(schema, binary)) {
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
