import { existsSync } from "node:fs";
import { join } from "node:path";
import { type CommandResult, root, run } from "../command.ts";

const directory = join(root, "packages/stepwire-rs");
const name = "protoc-gen-prost";
const version = "0.5.0";

/**
 * Builds the generator of messages, once; unoptimised, as it runs for a moment only. And
 * writes the descriptors of all messages, for the ProtoJSON of the tests.
 */
export async function prepareRust(): Promise<CommandResult> {
  const tools = join(directory, `target/tools-${version}`);
  if (!existsSync(join(tools, "bin", name))) {
    const install = ["cargo", "install", "--quiet", "--locked", "--debug", "--root", tools];
    const installed = await run([...install, "--version", version, name], {
      directory,
      // Nobody debugs it; information for that takes a third of the time to compile.
      environment: { CARGO_PROFILE_DEV_DEBUG: "0", CARGO_INCREMENTAL: "0" },
    });
    if (!installed.succeeded) {
      return installed;
    }
  }
  return await run(["buf", "build", "--output", join(directory, "target/stepwire.binpb")]);
}
