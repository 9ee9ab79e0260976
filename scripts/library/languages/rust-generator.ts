import { existsSync } from "node:fs";
import { join } from "node:path";
import { type CommandResult, root, run } from "../command.ts";

const directory = join(root, "packages/stepwire-rs");
const name = "protoc-gen-prost";
const version = "0.5.0";

/**
 * Builds the message generator once, without optimization, because it runs only briefly. Also
 * writes the descriptors of all messages, which the tests need for ProtoJSON.
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
  return await run(["buf", "build", "--output", join(directory, "target/stepwire.binpb")]);
}
