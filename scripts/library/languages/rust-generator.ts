import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { type CommandResult, root, run } from "../command.ts";
import { writeRustMessages } from "./rust-messages.ts";
import { writeRustStream } from "./rust-stream.ts";

const directory = join(root, "packages/stepwire-rs");
const name = "protoc-gen-prost";
// renovate: datasource=crate depName=protoc-gen-prost
const version = "0.5.0";

/**
 * Builds the message generator once, without optimization, because it runs only briefly. Also
 * writes the descriptors of all messages, which the tests need for ProtoJSON, and a list of the
 * messages, by which the tests find a message by its name.
 */
export async function prepareRust(): Promise<CommandResult> {
  const tools = join(directory, `target/tools-${version}`);
  if (!existsSync(join(tools, "bin", name))) {
    const install = ["cargo", "install", "--quiet", "--locked", "--debug", "--root", tools];
    const installed = await run([...install, "--version", version, name], {
      directory,
      // Debug information is not needed and takes a third of the compile time.
      environment: { CARGO_PROFILE_DEV_DEBUG: "0", CARGO_INCREMENTAL: "0" },
    });
    if (!installed.succeeded) {
      return installed;
    }
  }
  const built = await run(["buf", "build", "--output", join(directory, "target/stepwire.binpb")]);
  return built.succeeded ? await writeRustMessages(join(directory, "target")) : built;
}

/** Writes the generated code that is not buf's, from the descriptors of `prepareRust`. */
export function completeRust(): void {
  writeRustStream(join(directory, "target/stepwire.json"), join(directory, "src/gen"));
  // The build script of the crate makes the stubs of services from it.
  copyFileSync(join(directory, "target/stepwire.binpb"), join(directory, "src/gen/stepwire.binpb"));
}
