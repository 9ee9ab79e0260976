import { Option } from "commander";
import { openFile, readAll, streamFile } from "../files/input.js";
import type { CommandIO } from "../io.js";
import type { Model } from "./model.js";

/** Maximum size of a descriptor set, in bytes. */
const MAX_DESCRIPTOR_BYTES = 256 * 1024 * 1024;

/** The option `--descriptor`, which every command has. */
export interface DescriptorOption {
  readonly descriptor?: string;
}

/** Creates `--descriptor`. */
export function descriptorOption(): Option {
  return new Option(
    "--descriptor <file>",
    "your own schema instead of the built-in one (see below)",
  );
}

/** The help text about `--descriptor`. */
export const descriptorHelp = `
Your own schema is a FileDescriptorSet that includes all imports:
  $ buf build -o acme.binpb
  $ protoc --include_imports --descriptor_set_out=acme.binpb acme/v1/*.proto
Then --type is the full name of a message, such as acme.v1.Thing. If the schema
has a message with one arm for each type of document, it may be an arm's name.`;

/**
 * Opens the schema in a file; returns the built-in one if no file is given.
 *
 * @throws {CommandFailure} if the file cannot be read or is not a complete descriptor set.
 */
export async function openModel(file: string | undefined, io: CommandIO): Promise<Model> {
  // Imported only when needed: a command that converts by the prebuilt table has no use for it.
  const { builtIn, Model } = await import("./model.js");
  if (file === undefined) {
    return builtIn;
  }
  const { handle } = await openFile(file, io);
  const bytes = await readAll(streamFile(file, handle, io), MAX_DESCRIPTOR_BYTES);
  return new Model({ descriptor: { file, bytes } });
}
