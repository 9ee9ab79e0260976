import { existsSync, globSync, readFileSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { root } from "../../library/command.ts";
import { runProgram } from "./programs.ts";

/** The generator of messages, for the Protobuf library that confluent-kafka installs. */
const GENERATOR = "grpcio-tools==1.85.1";

/**
 * Returns a Python with Confluent's client for Kafka. Installs it if it is not there, which loads
 * 30 MB.
 */
export async function preparePython(): Promise<string> {
  const requirements = join(root, "examples/kafka/requirements.txt");
  const [, version = ""] = /==(\S+)/.exec(readFileSync(requirements, "utf8")) ?? [];
  const cache = join(root, "node_modules/.cache/stepwire/confluent-kafka");
  const environment = join(cache, `${version}-${GENERATOR.replace(/\W+/g, "-")}`);
  const python = join(environment, process.platform === "win32" ? "Scripts" : "bin", "python");
  const marker = join(environment, "complete");
  if (!existsSync(marker)) {
    await rm(environment, { recursive: true, force: true });
    await mkdir(dirname(environment), { recursive: true });
    await succeed(["python3", "-m", "venv", environment]);
    const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    await succeed([python, ...install, "-r", requirements, GENERATOR]);
    await mkdir(`${marker}.new`);
    await rename(`${marker}.new`, marker);
  }
  return python;
}

/** Generates Python's messages from the project's `.proto` files, in the packages of `stepwire`. */
export async function generateMessages(python: string, folder: string): Promise<void> {
  const files = globSync("stepwire/{json,v1}/**/*.proto", { cwd: join(root, "proto") });
  const generate = ["-m", "grpc_tools.protoc", "-I.", `--python_out=${folder}`, ...files];
  await succeed([python, ...generate], join(root, "proto"));
}

async function succeed(command: readonly string[], directory = root): Promise<void> {
  const ended = await runProgram(command, { directory });
  expect(ended, ended.stderr).toMatchObject({ exitCode: 0 });
}
