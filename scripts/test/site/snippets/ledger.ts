/** Blocks of one language in a page, and what becomes of them. */
export type Entry = {
  /** The language of the fence. */
  readonly language: string;
  /** How many blocks of it the entry is about. */
  readonly count: number;
} & (
  | {
      /** The test that runs them, from the root of the project. */
      readonly test: string;
    }
  | {
      /** Why they are not run. */
      readonly illustration: string;
    }
);

/** The tests that run most of the blocks. */
const readmes = "scripts/test/packages/readmes.test.ts";
const commands = "scripts/test/clone/scripts.test.ts";
const snippets = "scripts/test/site/snippets.test.ts";
const go = "scripts/test/language-packages/go.test.ts";
const java = "scripts/test/language-packages/java.test.ts";
const python = "scripts/test/language-packages/python.test.ts";
const rust = "scripts/test/language-packages/rust.test.ts";

function run(test: string, blocks: Readonly<Record<string, number>>): Entry[] {
  return Object.entries(blocks).map(([language, count]) => ({ language, count, test }));
}

function shown(illustration: string, blocks: Readonly<Record<string, number>>): Entry[] {
  return Object.entries(blocks).map(([language, count]) => ({ language, count, illustration }));
}

/** What a README of a package for npm begins with: how to install it, a program, its output. */
const start = run(readmes, { sh: 1, ts: 1, text: 1 });

/**
 * All blocks of code of the site's pages. A page may also say so itself, in a comment before a block:
 * `<!-- run by path/of/a.test.ts -->`, or `<!-- illustration: why it is not run -->`. Tutorials in
 * `docs/tutorials` are followed by a test in `scripts/test/tutorials`, as a whole.
 */
export const ledger: Readonly<Record<string, readonly Entry[]>> = {
  "CONTRIBUTING.md": run(commands, { sh: 1 }),
  "apps/gateway/README.md": [
    ...run(commands, { sh: 2 }),
    ...shown("a picture of the programs", { text: 1 }),
  ],
  "docs/accumulation.md": [
    ...run("packages/accumulate/test/accumulation-document.test.ts", { json: 76 }),
    ...run(snippets, { proto: 4 }),
  ],
  "docs/architecture.md": [
    ...run("scripts/test/architecture.test.ts", { mermaid: 1 }),
    ...shown("a picture of the programs", { text: 1 }),
  ],
  "docs/archive-format.md": [
    ...run(snippets, { ts: 1 }),
    ...shown("the grammar of the format, which vectors test", { text: 1 }),
  ],
  "docs/benchmarks.md": run(commands, { sh: 2 }),
  "docs/doctor.md": run("packages/cli/test/examples.test.ts", { sh: 1 }),
  "docs/evolution.md": run("packages/conformance/test/evolution.test.ts", { protobuf: 5 }),
  "docs/handler.md": [
    ...run("scripts/test/handlers/mounts.test.ts", { sh: 1, ts: 7, js: 2 }),
    ...shown("a picture of the programs", { text: 1 }),
  ],
  "docs/mapping.md": run(snippets, { protobuf: 5 }),
  "docs/other-converters.md": run(commands, { sh: 1 }),
  "docs/parquet.md": [
    ...run("packages/bench/test/duckdb/questions.test.ts", { sql: 5 }),
    ...run(snippets, { sh: 1, proto: 1, python: 1 }),
    ...shown("the statement runs in questions.test.ts, without the program duckdb", { sh: 1 }),
    ...shown("needs a cluster: pnpm test:spark makes the same calls", { python: 2 }),
  ],
  "docs/releasing.md": [
    ...run(commands, { sh: 2 }),
    ...shown("publishes, or asks what was published", { sh: 2 }),
  ],
  "docs/routes.md": run(snippets, { proto: 1 }),
  "docs/server-sent-events.md": run(snippets, { ts: 1, proto: 2 }),
  "docs/start.md": run("scripts/test/tutorials/start.test.ts", { sh: 4, json: 1, text: 4, js: 2 }),
  "docs/stream-format-over-http.md": shown("a request and its answer, which are binary", {
    http: 2,
  }),
  "docs/stream-format.md": [
    ...run(snippets, { ts: 1 }),
    ...shown("the grammar of the format, which vectors test", { text: 1 }),
  ],
  "docs/your-own-schema.md": [
    ...run("scripts/test/packages/own-schema.test.ts", {
      sh: 2,
      proto: 1,
      yaml: 2,
      ts: 1,
      json: 1,
      text: 1,
    }),
    ...run(snippets, { sh: 1 }),
    ...shown("needs protoc, which npm does not have; Buf does the same", { sh: 1 }),
  ],
  "examples/README.md": [
    ...run("packages/stepwire-py/tests/test_example.py", { sh: 1 }),
    ...run("scripts/test/spark/spark.test.ts", { sh: 1 }),
  ],
  "packages/accumulate/README.md": [...start, ...run(snippets, { ts: 2 })],
  "packages/cli/README.md": [
    ...run("packages/cli/test/examples.test.ts", { sh: 9 }),
    ...run("scripts/test/packages/command.test.ts", { sh: 1 }),
    ...run("packages/cli/test/completion.test.ts", { sh: 1 }),
    ...run(snippets, { proto: 1 }),
    ...shown("what the command prints", { text: 2 }),
  ],
  "packages/connect/README.md": [
    ...start,
    ...run("scripts/test/packages/web-client.test.ts", { sh: 1, ts: 1 }),
    ...run(snippets, { ts: 1, text: 1 }),
  ],
  "packages/core/README.md": start,
  "packages/doctor/README.md": start,
  "packages/handler/README.md": [
    ...start,
    ...run("packages/handler/test/readme.test.ts", { js: 12 }),
    ...shown("a picture of the programs", { text: 1 }),
  ],
  "packages/json/README.md": start,
  "packages/mapping/README.md": start,
  "packages/openai-json/README.md": [...start, ...shown("a line of an error", { text: 1 })],
  "packages/openai-sse/README.md": start,
  "packages/openapi-to-proto/README.md": [...start, ...run(snippets, { ts: 1, yaml: 2 })],
  "packages/parquet/README.md": start,
  "packages/protoc-gen-openai-types/README.md": [
    ...run("scripts/test/packages/own-schema.test.ts", { sh: 1, yaml: 1 }),
    ...run("packages/protoc-gen-openai-types/test/golden.test.ts", { ts: 1 }),
  ],
  "packages/stepwire-go/README.md": [
    ...run("packages/stepwire-go/readme_test.go", { go: 7, text: 7 }),
    ...run(go, { sh: 3 }),
    ...run(commands, { sh: 1 }),
  ],
  "packages/stepwire-java/README.md": [
    ...run(java, { xml: 2, java: 5, text: 5, sh: 1 }),
    ...shown("a fragment of the service client, which ServiceTest.java calls", { java: 1 }),
    ...run(commands, { sh: 1 }),
  ],
  "packages/stepwire-py/README.md": [
    ...run("packages/stepwire-py/tests/test_readme.py", { python: 5, text: 5 }),
    ...run(python, { sh: 3 }),
  ],
  "packages/stepwire-rs/README.md": [
    ...run(rust, { toml: 2, rust: 5, text: 5, rs: 2, sh: 1 }),
    ...shown("a fragment of the service client, which the tests of `tonic` call", { rs: 1 }),
  ],
  "packages/transcode/README.md": [...start, ...run(snippets, { ts: 1 })],
  "packages/wire/README.md": start,
};
