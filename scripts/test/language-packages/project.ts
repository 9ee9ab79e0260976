import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type CommandResult, root, run } from "../../library/command.ts";
import type { kernelCopies } from "../../library/languages/kernel-copy.ts";
import { buildPackage, packageFolder } from "../../library/languages/package.ts";
import { missingTool, type Tool } from "../../library/tools.ts";
import { TemporaryProject } from "../support/temporary-project.ts";

/** Long: compilers run, and packages are downloaded. Wasmtime alone takes minutes. */
const timeout = 1_800_000;

/** A program in a README, and what it prints. */
export interface Program {
  readonly source: string;
  readonly output: string;
}

/** A project that uses a built package. */
export class Project extends TemporaryProject {
  /** Runs a command in the folder. Returns its output; fails if it fails. */
  async run(
    command: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const result = await this.attempt(command, environment);
    expect(result.succeeded, `${command.join(" ")}\n${result.output}`).toBe(true);
    return result.output;
  }

  attempt(
    command: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<CommandResult> {
    return run([...command], { directory: this.folder, environment });
  }
}

/** Reads the README in a built package's own folder, not the one of the repository. */
export function readPrograms(readme: string, language: string): Program[] {
  const pattern = new RegExp(
    `\`\`\`${language}\\n(.*?)\`\`\`\\n\\nOutput:\\n\\n\`\`\`text\\n(.*?)\`\`\``,
    "gs",
  );
  return [...readme.matchAll(pattern)].map(([, source = "", output = ""]) => ({ source, output }));
}

/** Returns the code of the block in a language that contains a text. */
export function readBlock(readme: string, language: string, part: string): string {
  const blocks = [...readme.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, "gs"))];
  const found = blocks.map(([, code = ""]) => code).find((code) => code.includes(part));
  if (found === undefined) {
    throw new Error(`the README has no block of ${language} with "${part}"`);
  }
  return found;
}

/** Returns the relative links of a README, which lead nowhere in a registry. Code has no links. */
export function relativeLinks(readme: string): string[] {
  const text = readme.replace(/^```.*?^```/gms, "");
  return [...text.matchAll(/\]\(([^)]*)\)/g)].flatMap(([, link = ""]) =>
    /^(?:https:\/\/|#)/.test(link) ? [] : [link],
  );
}

/** Reads a file of the repository. */
export function readSource(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

/** What a suite of a language has. */
export interface Context {
  readonly project: Project;
  /** The folder in `dist` with the built package. */
  readonly built: string;
}

/** The suite of a language. */
interface Suite {
  readonly language: keyof typeof kernelCopies;
  readonly tools: readonly Tool[];
  /** Installs the built package in the project. */
  readonly install: (context: Context) => Promise<void> | void;
  readonly tests: (context: Context) => void;
}

/**
 * Defines the suite of a language. The package is built and installed first. If a tool is missing,
 * the suite is one test that is skipped, and a line says so; in CI, it fails.
 */
export function describeLanguage({ language, tools, install, tests }: Suite): void {
  describe(`issue 16: the package for ${language}`, { timeout }, async () => {
    const reason = await missingTool(tools);
    if (reason !== undefined) {
      console.log(`SKIPPED: the package for ${language}: ${reason}`);
      test.skipIf(process.env["CI"] !== "true")(reason, () => {
        expect.fail(`${reason}; CI needs it`);
      });
      return;
    }
    const context = { project: new Project(), built: packageFolder(language) };
    beforeAll(async () => {
      const result = await buildPackage(language);
      expect(result.succeeded, result.output).toBe(true);
      await install(context);
    }, timeout);
    afterAll(() => context.project.remove(), timeout);
    tests(context);
  });
}

/** Installs protoc, of the package grpcio-tools, in the project. Returns its path. */
export async function installProtoc(project: Project): Promise<string> {
  await project.run(["python3", "-m", "venv", "protoc"]);
  const python = project.path("protoc/bin/python");
  const install = ["install", "--quiet", "--disable-pip-version-check", "grpcio-tools==1.85.1"];
  await project.run([python, "-m", "pip", ...install]);
  project.write("bin/protoc", `#!/bin/sh\nexec "${python}" -m grpc_tools.protoc "$@"\n`);
  chmodSync(project.path("bin/protoc"), 0o755);
  return project.path("bin/protoc");
}

/**
 * Compiles the own schema to `acme.table` by the lines of the README: protoc as it says, but the
 * command `stepwire` from the repository, because it is not published yet.
 */
export async function writeTable(
  project: Project,
  { readme, setUp = "", folder = project.folder, environment = {} }: TableLines,
): Promise<void> {
  const lines = readBlock(readme, "sh", "stepwire table").trimEnd().split("\n");
  const [, command = ""] = /^npx -y -p @stepwire\/cli stepwire (.*)$/.exec(lines.pop() ?? "") ?? [];
  expect(command).toBe("table --descriptor acme.binpb -o acme.table");
  await project.run(["sh", "-ec", [setUp, ...lines].join("\n")], environment);
  await project.run([process.execPath, join(root, "scripts/stepwire.ts"), ...command.split(" ")], {
    INIT_CWD: folder,
  });
}

/** The lines of a README that write a table. */
interface TableLines {
  readonly readme: string;
  /** Shell code before the lines. */
  readonly setUp?: string;
  /** Where the schema and the table are; by default the project. */
  readonly folder?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** A document of the message `Thing` of the schema below. */
export const ownDocument =
  '{"object":"acme.thing","name":"a","change":{"id":"step_1","object":"thread.run.step.delta","delta":{"x":1.50}},"more":[]}';

/** A schema of somebody else, which imports the options and messages of the package. */
export const ownSchema = `syntax = "proto3";

package acme.v1;

import "stepwire/json/v1/json.proto";
import "stepwire/v1/run_step_delta.proto";

option go_package = "example.com/acme/gen/acme/v1;acmev1";
option java_multiple_files = true;
option java_package = "com.acme.v1";

// A thing of Acme.
message Thing {
  option (stepwire.json.v1.message).constants = {
    name: "object"
    value: "acme.thing"
  };

  // The name.
  string name = 1 [(stepwire.json.v1.field).presence = PRESENCE_REQUIRED];
  // A change of a step.
  stepwire.v1.RunStepDelta change = 2;
  // What the schema does not have.
  stepwire.json.v1.JsonResidue json_residue = 2047;
}
`;
