import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { projectRoot } from "@stepwire/testing";

const packages = join(projectRoot, "packages");

interface Filter {
  readonly language: string;
  /** The language's package. */
  readonly directory: string;
  /** What the stage of the language leaves there. */
  readonly needs: string;
  readonly build: readonly string[];
  readonly command: () => readonly string[];
}

const maven = process.platform === "win32" ? "./mvnw.cmd" : "./mvnw";

const filters: readonly Filter[] = [
  {
    language: "go",
    directory: join(packages, "stepwire-go"),
    needs: "gen",
    build: ["go", "build", "-o", "gen/filter", "./internal/filter"],
    command: () => ["./gen/filter"],
  },
  {
    language: "python",
    directory: join(packages, "stepwire-py"),
    needs: ".venv/stepwire-state",
    build: [".venv/bin/python", "--version"],
    command: () => [".venv/bin/python", "-m", "tests.filter"],
  },
  {
    language: "rust",
    directory: join(packages, "stepwire-rs"),
    needs: "src/gen",
    build: [
      "cargo",
      "build",
      "--quiet",
      "--example=filter",
      "--no-default-features",
      "--features=messages,wasmi",
    ],
    command: () => ["target/debug/examples/filter"],
  },
  {
    language: "java",
    directory: join(packages, "stepwire-java"),
    needs: "target/test-classes",
    build: [
      maven,
      "-q",
      "-B",
      "dependency:build-classpath",
      "-DincludeScope=test",
      "-Dmdep.outputFile=target/filter-classpath",
    ],
    command: () => {
      const libraries = readFileSync(
        join(packages, "stepwire-java/target/filter-classpath"),
        "utf8",
      );
      const path = ["target/classes", "target/test-classes", libraries.trim()].join(delimiter);
      return ["java", "-cp", path, "io.github.stepwire.Filter"];
    },
  },
];

/** The languages whose packages are not built here. In CI that is an error. */
export function missingLanguages(): string[] {
  const missing = filters
    .filter(({ directory, needs }) => !existsSync(join(directory, needs)))
    .map(({ language }) => language);
  if (missing.length > 0 && process.env["CI"] === "true") {
    throw new Error(`CI needs all languages; not built: ${missing.join(", ")}`);
  }
  return missing;
}

/** Builds the program of each language. */
export function buildFilters(): void {
  for (const { directory, build } of filters) {
    const [program = "", ...parameters] = build;
    execFileSync(program, parameters, { cwd: directory, stdio: ["ignore", "pipe", "pipe"] });
  }
}

/** Pipes the lines through all programs in turn, and returns the output. */
export async function sendThroughAll(lines: readonly string[]): Promise<string[]> {
  const processes = filters.map(start);
  const [first] = processes;
  const last = processes.at(-1);
  if (first === undefined || last === undefined) {
    throw new Error("there are no programs");
  }
  const output = text(last.child.stdout);
  const ends = processes.map(endOf);
  const pipes = processes.slice(1).map(({ child }, index) => {
    const before = processes[index]?.child.stdout ?? first.child.stdout;
    return pipeline(before, child.stdin);
  });
  first.child.stdin.end(lines.map((line) => `${line}\n`).join(""));
  await Promise.all(ends);
  await Promise.all(pipes);
  return (await output).split("\n").filter((line) => line !== "");
}

interface Running {
  readonly language: string;
  readonly child: ChildProcessWithoutNullStreams;
}

function start({ language, command, directory }: Filter): Running {
  const [program = "", ...parameters] = command();
  return { language, child: spawn(program, parameters, { cwd: directory }) };
}

async function endOf({ language, child }: Running): Promise<void> {
  const errors = text(child.stderr);
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) {
    throw new Error(`${language} ended with ${code}: ${(await errors).slice(0, 2000)}`);
  }
}
