import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** The program that measures in a language. It is in the package for that language. */
export interface LanguageProgram {
  readonly language: string;
  /** A command that prints the installed version, and fails if there is none. */
  readonly tool: readonly string[];
  /** The languages that are generated for it, as scripts/generate-language.ts knows them. */
  readonly generated: readonly string[];
  /** Its package, where all commands run. */
  readonly directory: string;
  /** Builds the program. */
  readonly build: readonly (readonly string[])[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly command: () => readonly string[];
  /** The file with the versions of libraries, and a pattern with the groups `name` and `version`. */
  readonly libraries: { readonly file: string; readonly pattern: RegExp };
  /** The name of each contender in tables. */
  readonly names: Readonly<Record<string, string>>;
}

const packages = join(import.meta.dirname, "../../..");
const root = join(packages, "..");
const isWindows = process.platform === "win32";
const maven = isWindows ? ".\\mvnw.cmd" : "./mvnw";
const python = isWindows ? ".venv/Scripts/python" : ".venv/bin/python";

/** Native Rust without Stepwire. */
export const nativeRust = "serde_json, async-openai's types, prost";
/** What is usual in Go without Stepwire. */
export const usualGo = "encoding/json, Struct, proto.Marshal";

/** All languages but Node. */
export const programs: readonly LanguageProgram[] = [
  {
    language: "Rust",
    tool: ["rustc", "--version"],
    generated: ["rust"],
    directory: join(packages, "stepwire-rs"),
    build: [
      ["cargo", "build", "--release", "--quiet", "--locked", "--manifest-path=bench/Cargo.toml"],
    ],
    // The target folder of the package, so that nothing is compiled twice.
    environment: { CARGO_TARGET_DIR: "target" },
    command: () => ["target/release/stepwire-bench"],
    libraries: {
      file: "bench/Cargo.lock",
      pattern:
        /name = "(?<name>wasmtime|serde_json|prost|async-openai)"\nversion = "(?<version>[\d.]+)"/g,
    },
    names: {
      stepwire: "ours",
      parse: "serde_json",
      struct: "serde_json, Struct, prost",
      types: nativeRust,
      lines: "ours, lines",
      parseLines: "serde_json, lines",
    },
  },
  {
    language: "Go",
    tool: ["go", "version"],
    generated: ["go"],
    directory: join(packages, "stepwire-go"),
    build: [["go", "build", "-o", "gen/bench", "./internal/bench"]],
    environment: { CGO_ENABLED: "0" },
    command: () => ["./gen/bench"],
    libraries: {
      file: "go.mod",
      pattern: /\/(?<name>wazero|protobuf) v(?<version>[\d.]+)/g,
    },
    names: {
      stepwire: "ours",
      parse: "encoding/json",
      struct: usualGo,
      lines: "ours, lines",
      parseLines: "encoding/json, lines",
    },
  },
  {
    language: "Java",
    tool: ["javac", "-version"],
    generated: ["java"],
    directory: join(packages, "stepwire-java"),
    build: [
      [process.execPath, join(root, "scripts/build-java-library.ts")],
      [
        maven,
        "-q",
        "-B",
        "test-compile",
        "dependency:build-classpath",
        "-DincludeScope=test",
        "-Dmdep.outputFile=target/benchmark-classpath",
      ],
    ],
    command: () => {
      const file = join(packages, "stepwire-java/target/benchmark-classpath");
      const libraries = readFileSync(file, "utf8");
      const path = ["target/classes", "target/test-classes", libraries.trim()].join(delimiter);
      return ["java", "-cp", path, "io.github.stepwire.Benchmark"];
    },
    libraries: {
      file: "pom.xml",
      pattern:
        /<(?:artifactId>)?(?<name>endive|protobuf|jackson-databind)(?:\.version|<\/artifactId>\s*<version)>(?<version>[\d.]+)/g,
    },
    names: {
      stepwire: "ours",
      parse: "Jackson",
      struct: "Jackson, Struct, toByteArray",
      lines: "ours, lines",
      parseLines: "Jackson, lines",
      pure: "ours, without the native library",
    },
  },
  {
    language: "Python",
    tool: ["python3", "--version"],
    generated: ["rust", "python"],
    directory: join(packages, "stepwire-py"),
    // With Wasmtime, as it is published.
    build: [[process.execPath, join(root, "scripts/build-python-module.ts"), "optimized"]],
    command: () => [python, "-m", "tests.benchmark"],
    libraries: {
      file: "requirements.txt",
      pattern: /^(?<name>orjson|protobuf)==(?<version>[\d.]+)/gm,
    },
    names: {
      stepwire: "ours",
      parse: "json",
      orjson: "orjson",
      struct: "json, Struct, SerializeToString",
      lines: "ours, lines",
      parseLines: "json, lines",
      orjsonLines: "orjson, lines",
    },
  },
];

/** Returns whether the tools of a language are installed. */
export function isInstalled({ tool }: LanguageProgram): boolean {
  const [name = "", ...parameters] = tool;
  return spawnSync(name, parameters).status === 0;
}

/** Generates what the package of a language needs, and builds its program. */
export function buildProgram(program: LanguageProgram): void {
  // The first build takes minutes: Wasmtime is large.
  console.error(`${program.language}: building`);
  for (const language of program.generated) {
    run([process.execPath, "scripts/generate-language.ts", language], { directory: root });
  }
  for (const step of program.build) {
    run(step, program);
  }
}

/** Runs the program of a language; gives what it writes. */
export function runProgram(program: LanguageProgram, parameters: readonly string[]): string {
  console.error(`${program.language}: measuring`);
  return run([...program.command(), ...parameters], program);
}

/** The versions of a language and of the libraries that are measured. */
export function versionsOf(program: LanguageProgram): string {
  const { language, tool, directory, libraries } = program;
  const version = /\d+(\.\d+)+/.exec(run(tool, program))?.[0] ?? "";
  const manifest = readFileSync(join(directory, libraries.file), "utf8");
  const others = [...manifest.matchAll(libraries.pattern)].map(
    ({ groups }) => `${groups?.["name"]} ${groups?.["version"]}`,
  );
  return [`${language} ${version}`, ...others].join(", ");
}

function run(
  command: readonly string[],
  { directory, environment }: Pick<LanguageProgram, "directory" | "environment">,
): string {
  const [name = "", ...parameters] = command;
  const { status, stdout, stderr, error } = spawnSync(name, parameters, {
    cwd: directory,
    env: { ...process.env, ...environment },
    encoding: "utf8",
    maxBuffer: 64 << 20,
  });
  if (status !== 0) {
    throw new Error(`${name} failed: ${error?.message ?? stderr.slice(-2_000)}`);
  }
  return stdout;
}
