import type { DescMessage } from "@bufbuild/protobuf";
import { CommandFailure, ExitCode } from "../failure.js";
import type { ExpansionOptions } from "../files/compression.js";
import { type Input, isStandardInput, openInput, readAll } from "../files/input.js";
import type { Subject } from "../hints/advice.js";
import type { CommandIO } from "../io.js";
import { report } from "../report.js";
import { counted } from "../terminal/quantity.js";

/**
 * Opens the input of a command that reads binary.
 *
 * @param usage a command line that names a file.
 * @throws {CommandFailure} if it would be read from a terminal, where nobody can type it.
 */
export async function openBinary(
  io: CommandIO,
  file: string | undefined,
  usage: string,
  options: ExpansionOptions,
): Promise<Input> {
  refuseTerminal(io, file, usage);
  return await openInput(file, io, options);
}

/** @throws {CommandFailure} if binary would be read from a terminal, where nobody can type it. */
export function refuseTerminal(io: CommandIO, file: string | undefined, usage: string): void {
  if (file === undefined && io.stdin.isTTY === true) {
    throw new CommandFailure(
      `standard input is a terminal, where binary cannot be typed; name a file: ${usage}`,
      { exitCode: ExitCode.usage },
    );
  }
}

/** Creates the failure for binary that a command cannot read, with advice if there is any. */
export async function binaryFailure(
  lines: readonly string[],
  name: string,
  subject: Subject,
  cause?: unknown,
): Promise<CommandFailure> {
  const { adviseOnBinaryInput, withAdvice } = await import("../hints/advice.js");
  const message = withAdvice(lines, name, adviseOnBinaryInput(subject)).join("\n");
  return new CommandFailure(message, { cause });
}

/**
 * Creates the failure for a missing `--type`, with the types that the input can be read as.
 *
 * @param opened the input, if it is already open.
 */
export async function missingType(
  io: CommandIO,
  subject: Omit<Subject, "bytes">,
  limits: ExpansionOptions & { readonly maxBytes: number },
  opened?: Input,
): Promise<CommandFailure> {
  const lines = ["required option '--type <type>' not specified: the bytes do not tell their type"];
  const { file } = subject;
  if (!isStandardInput(file) || io.stdin.isTTY !== true) {
    const { adviceLines, adviseOnBinaryInput } = await import("../hints/advice.js");
    const input = opened ?? (await openInput(file, io, limits));
    const bytes = await readAll(input, limits.maxBytes);
    const advice = bytes.length === 0 ? undefined : adviseOnBinaryInput({ ...subject, bytes });
    lines.push(...(advice ? adviceLines(input.name, advice) : []));
  }
  return new CommandFailure(lines.join("\n"), { exitCode: ExitCode.usage });
}

/**
 * Reports fields that the schema does not have, because the JSON lacks them. The bytes may be of
 * another type, or of a newer schema.
 */
export async function warnOfUnknownFields(
  io: CommandIO,
  name: string,
  schema: DescMessage,
  subject: Subject,
): Promise<void> {
  const { countUnknownFields } = await import("../hints/unknown-fields.js");
  const { bytes } = subject;
  const count = countUnknownFields(schema, bytes);
  if (count === 0) {
    return;
  }
  const { adviceLines, adviseOnBinary } = await import("../hints/advice.js");
  const fields = `${counted(count, "field")} of the message ${count === 1 ? "is" : "are"} not in ${schema.typeName}`;
  const advice = adviseOnBinary(subject);
  report(io, [
    `${name}: ${fields}, and not in the output`,
    ...(advice ? adviceLines(name, advice) : []),
  ]);
}
