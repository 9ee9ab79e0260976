import { deepStrictEqual } from "node:assert";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromBinary, fromJson, toBinary, toJson } from "@bufbuild/protobuf";
import { StructSchema } from "@bufbuild/protobuf/wkt";
import { fromOpenAI } from "@stepwire/openai-json";
import { createTranscoder } from "@stepwire/transcode";
import { createFixtures, type Fixture } from "../fixtures/fixtures.js";
import {
  buildProgram,
  isInstalled,
  type LanguageProgram,
  programs,
  runProgram,
  versionsOf,
} from "./language-programs.js";
import { type Contender, type MeasureOptions, measure, summarize, type Timing } from "./measure.js";

/** The times for one document in one language, by contender. Ours is the first. */
export interface LanguageRow {
  readonly fixture: string;
  readonly timings: readonly Timing[];
}

/** One language, with the versions of what it runs on. */
export interface LanguageResult {
  readonly language: string;
  readonly versions: string;
  readonly rows: readonly LanguageRow[];
}

/** The results of all installed languages, Node first, and the names of the missing ones. */
export interface LanguagesResult {
  readonly languages: readonly LanguageResult[];
  readonly missing: readonly string[];
}

/** A line of output of a language's program: the times of one contender. */
interface Measured {
  readonly document: string;
  readonly contender: string;
  /** Microseconds for one document, by round. */
  readonly times: readonly number[];
}

/** The contenders of Node, named as in the programs of the other languages. */
const nodeNames = {
  stepwire: "ours",
  parse: "JSON.parse",
  struct: "JSON.parse, Struct, toBinary",
} as const;

/**
 * Measures JSON bytes to binary bytes in each language, compared with what is usual there. The
 * languages run one after the other. In each, the contenders take turns. Their results are checked
 * before the measurement: ours are the same bytes in every language.
 */
export function measureLanguages(options: MeasureOptions): LanguagesResult {
  const present = programs.filter(isInstalled);
  const missing = programs.filter((program) => !present.includes(program));
  for (const program of present) {
    buildProgram(program);
  }
  const fixtures = createFixtures();
  const node = {
    language: "Node",
    versions: `Node ${process.versions.node}`,
    rows: fixtures.map((fixture) => ({
      fixture: fixture.name,
      timings: measure(nodeContenders(fixture), options),
    })),
  };
  const folder = mkdtempSync(join(tmpdir(), "stepwire-bench-"));
  try {
    const documents = join(folder, "documents.jsonl");
    writeFileSync(documents, fixtures.map((fixture) => `${describeDocument(fixture)}\n`).join(""));
    const others = present.map((program) => measureProgram(program, documents, options));
    return { languages: [node, ...others], missing: missing.map(({ language }) => language) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Returns a document in the programs' input format, with the expected result. */
function describeDocument({ name, schema, value }: Fixture): string {
  const json = JSON.stringify(value);
  const binary = createTranscoder(schema).toBinary(Buffer.from(json));
  return JSON.stringify({
    name,
    schema: schema.typeName,
    json,
    binary: Buffer.from(binary).toString("base64"),
  });
}

function nodeContenders({ schema, value }: Fixture): readonly Contender[] {
  const bytes = Buffer.from(JSON.stringify(value));
  const transcoder = createTranscoder(schema);
  const structToBinary = (): Uint8Array =>
    toBinary(StructSchema, fromJson(StructSchema, JSON.parse(bytes.toString())));

  const message = fromOpenAI(schema, value as never);
  deepStrictEqual(fromBinary(schema, transcoder.toBinary(bytes)), message);
  deepStrictEqual(toJson(StructSchema, fromBinary(StructSchema, structToBinary())), value);

  return [
    { name: nodeNames.stepwire, run: () => transcoder.toBinary(bytes) },
    { name: nodeNames.parse, run: () => JSON.parse(bytes.toString()) },
    { name: nodeNames.struct, run: structToBinary },
  ];
}

function measureProgram(
  program: LanguageProgram,
  documents: string,
  { rounds, roundTime }: MeasureOptions,
): LanguageResult {
  const output = runProgram(program, [documents, `${rounds}`, `${roundTime}`]);
  const rows = new Map<string, Timing[]>();
  for (const line of output.trim().split("\n")) {
    const { document, contender, times }: Measured = JSON.parse(line);
    const timings = rows.get(document) ?? [];
    timings.push(summarize(program.names[contender] ?? contender, times));
    rows.set(document, timings);
  }
  return {
    language: program.language,
    versions: versionsOf(program),
    rows: [...rows].map(([fixture, timings]) => ({ fixture, timings })),
  };
}
