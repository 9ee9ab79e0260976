import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../command.ts";
import { missingTool, rustTool } from "../../tools.ts";
import type { ReferenceBuilder } from "./reference.ts";
import { runTool } from "./tools.ts";

/** Rust, by rustdoc, without the documentation of dependencies. */
export const rustReference: ReferenceBuilder = {
  name: "rust",
  language: "Rust",
  about: "the crate `stepwire`, with its messages",
  address: "reference/rust/stepwire/",
  missing: () => missingTool([rustTool]),
  async build(folder) {
    await runTool([process.execPath, "scripts/generate-language.ts", "rust"]);
    const directory = join(root, "packages/stepwire-rs");
    // The interpreter is enough: dependencies are only checked, and it is checked in half a minute.
    const features = ["--no-default-features", "--features", "messages,wasmi"];
    const target = join(directory, "target/site");
    await runTool(["cargo", "doc", "--quiet", "--no-deps", "--lib", ...features], {
      directory,
      environment: { CARGO_TARGET_DIR: target, CARGO_PROFILE_DEV_DEBUG: "0" },
    });
    cpSync(join(target, "doc"), folder, { recursive: true });
    writeFileSync(
      join(folder, "index.html"),
      '<!doctype html><meta http-equiv="refresh" content="0; url=stepwire/index.html">\n',
    );
    return [];
  },
};
