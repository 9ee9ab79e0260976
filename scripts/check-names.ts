/*
 * Checks that hand-written code does not name messages of a model, so that a new model needs
 * nothing but its `.proto` files. Prints the allowed exceptions, and one line for each violation.
 */
import { execFileSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./library/command.ts";
import {
  type AllowedPlace,
  type FileDescriptor,
  findNames,
  modelNames,
  namePattern,
  notAllowed,
  unusedPlaces,
} from "./library/model-names.ts";

const MOST_PLACES = 5;

/**
 * The places that may name a message. A new entry needs a reason, and must replace another entry.
 */
const allowed: readonly AllowedPlace[] = [
  {
    path: "apps/demo/src/engine/schema.ts",
    names: ["DocumentSchema"],
    reason: "The root of the schema that the page shows: all its types are reached from it.",
  },
  {
    path: "packages/transcode/scripts/build-published.ts",
    names: ["DocumentSchema"],
    reason: "The root of the schema that is compiled into stepwire.wasm.",
  },
  {
    path: "packages/connect/src/errors/openai-http-error.ts",
    names: ["OpenAIError", "OpenAIErrorSchema"],
    reason:
      "The detail that carries an HTTP error over Connect. It belongs to no model; its type's name crosses the wire.",
  },
  {
    path: "apps/gateway/src/demo/main.ts",
    names: ["toolCallDelta", "code_interpreter"],
    reason: "A client that the demo runs: it prints what the SDK tells of one sample.",
  },
];

/** Hand-written sources: all source files of apps and packages. */
const sources = "{packages,apps}/**/*.{ts,tsx,js,mjs,go,py,rs,java}";

/** Files that are not checked: generated code, tests, and the documents of tests and benchmarks. */
const excluded = [
  // Installed, built or generated files.
  "**/node_modules/**",
  "**/{dist,build,target,gen,built,generated,.venv,.cache}/**",
  // The API references, which `pnpm site:build` writes.
  "apps/site/generator/{public,src/content}/**",
  "packages/stepwire-py/src/stepwire/*/**",
  "packages/core/**",
  // Tests and their data.
  "**/{test,tests,oracle}/**",
  "**/*_test.go",
  "packages/stepwire-*/{internal,examples,bench}/**",
  "packages/stepwire-java/src/test/**",
  // Packages only for tests; they contain documents of the model and expectations about them.
  "packages/{testing,conformance,fuzz}/**",
  // The documents of benchmarks.
  "packages/bench/src/corpus/**",
  "apps/gateway/bench/**",
];

function readDescriptors(): FileDescriptor[] {
  const buf = join(root, "node_modules/.bin/buf");
  const text = execFileSync(buf, ["build", "--exclude-source-info", "-o", "-#format=json"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
  });
  const { file } = JSON.parse(text) as { file: FileDescriptor[] };
  return file;
}

const names = modelNames(readDescriptors());
const pattern = namePattern(names);
const files = globSync(sources, { cwd: root, exclude: excluded }).sort();
const findings = files.flatMap((file) =>
  findNames(file.replaceAll("\\", "/"), readFileSync(join(root, file), "utf8"), pattern),
);
const mistakes = [
  ...notAllowed(findings, allowed).map(
    ({ file, line, found }) => `${file}:${line}: names ${found} of the model`,
  ),
  ...unusedPlaces(findings, allowed).map(
    ({ path }) => `scripts/check-names.ts: ${path} names no message; remove it from the list`,
  ),
  ...(allowed.length > MOST_PLACES
    ? [`scripts/check-names.ts: ${allowed.length} places are allowed, more than ${MOST_PLACES}`]
    : []),
];

console.log(
  `${names.length} messages, enums and services; ${files.length} files; ${allowed.length} places may name one`,
);
for (const { path, names: used, reason } of allowed) {
  console.log(`  ${path}: ${used.join(", ")}\n    ${reason}`);
}
for (const mistake of mistakes) {
  console.log(mistake);
}
process.exitCode = mistakes.length > 0 ? 1 : 0;
