import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../library/command.ts";
import { pythonTool, rustTool } from "../../library/tools.ts";
import { npmVersion } from "../../library/versions.ts";
import {
  type Context,
  describeLanguage,
  installProtoc,
  ownDocument,
  ownSchema,
  readBlock,
  readPrograms,
  readSource,
  relativeLinks,
  writeTable,
} from "./project.ts";

const tools = [rustTool, pythonTool];

/** Kept, because compiling Wasmtime takes minutes. */
const target = {
  CARGO_TARGET_DIR: join(root, "packages/stepwire-rs/target/packages"),
  CARGO_PROFILE_DEV_DEBUG: "0",
};

/** Returns the dependencies in a block of the README, with the path of the crate as its version. */
function dependencies(part: string, crate: string): string {
  const block = readBlock(readSource("packages/stepwire-rs/README.md"), "toml", part);
  return block
    .replace('stepwire = "', 'stepwire = { version = "')
    .replace(/(stepwire = \{ version = "[^"]*")(.*)/, (_, start: string, rest: string) => {
      const end = rest === "" ? " }" : rest;
      return `${start}, path = ${JSON.stringify(crate)}${end}`;
    });
}

/** Writes a workspace with two packages that depend on the crate as the README says. */
function install({ project, built }: Context): void {
  const crate = join(built, `stepwire-${npmVersion(root)}`);
  const manifest = (name: string): string =>
    `[package]\nname = "${name}"\nversion = "1.0.0"\nedition = "2024"\n\n`;
  project.write("Cargo.toml", '[workspace]\nmembers = ["examples", "own"]\nresolver = "3"\n');
  const own = dependencies("[build-dependencies]", crate);
  const examples = dependencies("[dependencies]", crate);
  project.write("examples/Cargo.toml", `${manifest("examples")}${examples}`);
  project.write("own/Cargo.toml", `${manifest("own")}${examples}\n${own}`);
  const programs = readPrograms(readFileSync(join(crate, "README.md"), "utf8"), "rust");
  for (const [index, { source }] of programs.entries()) {
    project.write(`examples/src/bin/example${index}.rs`, source);
  }
  project.write("own/proto/acme/v1/thing.proto", ownSchema);
  const readme = readSource("packages/stepwire-rs/README.md");
  project.write("own/build.rs", readBlock(readme, "rs", "prost_build"));
  project.write(
    "own/src/main.rs",
    `use prost::Message;
use stepwire::{Options, Transcoder};

include!(concat!(env!("OUT_DIR"), "/acme.v1.rs"));

fn main() -> Result<(), Box<dyn std::error::Error>> {
${readBlock(readme, "rs", "acme.table")}
    let thing = things.parse(r#"${ownDocument}"#)?;
    let again = Thing::decode(thing.encode_to_vec().as_slice())?;
    println!("{}", things.stringify(&again)?);
    Ok(())
}
`,
  );
}

describeLanguage({ language: "rust", tools, install, tests });

function tests({ project, built }: Context): void {
  test("has the files and metadata that crates.io shows", async () => {
    const crate = join(built, `stepwire-${npmVersion(root)}`);
    expect(readFileSync(join(crate, "LICENSE"), "utf8")).toContain("Apache License");
    const options = ["--no-deps", "--format-version=1", `--manifest-path=${crate}/Cargo.toml`];
    const metadata: unknown = JSON.parse(await project.run(["cargo", "metadata", ...options]));
    expect(metadata).toMatchObject({
      packages: [
        {
          version: npmVersion(root),
          license: "Apache-2.0",
          repository: "https://github.com/stepwire/stepwire",
          homepage: "https://github.com/stepwire/stepwire",
          documentation: "https://docs.rs/stepwire",
          readme: "README.md",
          keywords: expect.arrayContaining(["openai", "protobuf"]),
          categories: expect.arrayContaining(["encoding"]),
        },
      ],
    });
  });

  test("runs the examples of the README in the crate", async () => {
    const readme = readFileSync(join(built, `stepwire-${npmVersion(root)}/README.md`), "utf8");
    expect(relativeLinks(readme)).toEqual([]);
    const programs = readPrograms(readme, "rust");
    expect(programs).toHaveLength(5);
    for (const [index, { output }] of programs.entries()) {
      const command = ["cargo", "run", "--quiet", "--package=examples", `--bin=example${index}`];
      expect(await project.run(command, target)).toBe(output);
    }
  });

  test("compiles an own schema that imports the options, and converts it", async () => {
    const environment = { ...target, PROTOC: await installProtoc(project) };
    await project.run(["cargo", "build", "--quiet", "--package=own"], environment);
    const readme = readSource("packages/stepwire-rs/README.md");
    await writeTable(project, { readme, folder: project.path("own") });
    const command = "cd own && cargo run --quiet";
    expect(await project.run(["sh", "-ec", command], environment)).toBe(`${ownDocument}\n`);
  });
}
