import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type CommandResult, run } from "../command.ts";
import type { FileDescriptor } from "../model-names.ts";

/**
 * Writes `messages.rs`: a macro with the messages of the model, for tests that know only the name
 * of a message. Rust cannot make a type of a name.
 */
export async function writeRustMessages(directory: string): Promise<CommandResult> {
  const descriptors = join(directory, "stepwire.json");
  const built = await run(["buf", "build", "--exclude-source-info", "--output", descriptors]);
  if (built.succeeded) {
    // The format is that of google.protobuf.FileDescriptorSet.
    const { file } = JSON.parse(readFileSync(descriptors, "utf8")) as { file: FileDescriptor[] };
    writeFileSync(join(directory, "messages.rs"), formatRustMessages(file));
  }
  return built;
}

/** Formats the macro: it calls another one with `"full.name" => rust::Path` of each message. */
export function formatRustMessages(files: readonly FileDescriptor[]): string {
  const arms = files.flatMap(({ package: owner = "", messageType = [] }) =>
    owner.startsWith("stepwire.")
      ? messageType.map(({ name }) => {
          const path = [...owner.split("."), toRustName(name)].join("::");
          return `            "${owner}.${name}" => ${path}`;
        })
      : [],
  );
  return `/// Calls a macro with all messages of the model.
macro_rules! with_messages {
    ($then:ident) => {
        $then!(
${arms.sort().join(",\n")}
        )
    };
}
`;
}

/** Returns the name of a message's type in prost: `APIError` becomes `ApiError`. */
export function toRustName(name: string): string {
  return name.replace(/[A-Z]+(?=[A-Z][a-z])|[A-Z]+$/g, (acronym) => {
    return acronym.charAt(0) + acronym.slice(1).toLowerCase();
  });
}
