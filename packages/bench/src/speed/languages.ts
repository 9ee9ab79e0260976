import { deepStrictEqual } from "node:assert";
import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fromBinary, fromJson, toBinary, toJson } from "@bufbuild/protobuf";
import { StructSchema } from "@bufbuild/protobuf/wkt";
import { createTranscoder } from "@stepwire/transcode";
import { type DocumentSet, documentSet } from "../corpus/sets.js";
import {
  at,
  contender,
  measureSet,
  type SetContender,
  type SetOptions,
  type SetTiming,
  summarizeBlocks,
} from "./blocks.js";
import {
  buildProgram,
  isInstalled,
  type LanguageProgram,
  programs,
  runProgram,
  versionsOf,
} from "./language-programs.js";
import { checkDocuments } from "./set-check.js";

/** The times for a set in one language, by contender. Ours is the first. */
export interface LanguageRow {
  readonly set: string;
  readonly timings: readonly SetTiming[];
  /** How many documents of the set the types of a contender refuse. */
  readonly refused?: number;
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
  readonly set: string;
  readonly contender: string;
  readonly documents: number;
  readonly refused?: number;
  /** Milliseconds, by block and round. */
  readonly blocks: readonly (readonly number[])[];
}

/** The contenders of Node, named as in the programs of the other languages. */
const nodeNames = {
  stepwire: "ours",
  parse: "JSON.parse",
  struct: "JSON.parse, Struct, toBinary",
} as const;

/** The sets that are measured in all languages. */
const languageSets: readonly string[] = [
  "steps, wire order",
  "steps, spec order",
  "steps, SDK order",
  "steps of 50 KB",
  "step deltas, wire order",
  "lists of steps, wire order",
  "chat chunks",
];

/**
 * Measures JSON bytes to binary bytes in each language, compared with what is usual there, over the
 * same documents. The languages run one after the other. In each, the contenders take turns. Their
 * results are checked before the measurement: ours are the same bytes in every language.
 */
export function measureLanguages(options: SetOptions): LanguagesResult {
  const present = programs.filter(isInstalled);
  const missing = programs.filter((program) => !present.includes(program));
  for (const program of present) {
    buildProgram(program);
  }
  const folder = mkdtempSync(join(tmpdir(), "stepwire-bench-"));
  try {
    const file = join(folder, "documents.jsonl");
    const node = {
      language: "Node",
      versions: `Node ${process.versions.node}`,
      rows: languageSets.map((name) => measureNode(documentSet(name), file, options)),
    };
    const others = present.map((program) => measureProgram(program, file, options));
    return { languages: [node, ...others], missing: missing.map(({ language }) => language) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Measures a set in Node, and writes it to the file for the other languages. */
function measureNode(set: DocumentSet, file: string, options: SetOptions): LanguageRow {
  const documents = set.create().map((text) => Buffer.from(text));
  const transcoder = createTranscoder(set.schema);
  const binaries = checkDocuments(transcoder, documents);
  const lines = documents.map((json, index) => describeDocument(set, json, at(binaries, index)));
  appendFileSync(file, lines.join(""));

  const structToBinary = (index: number): Uint8Array => {
    const value: unknown = JSON.parse(at(documents, index).toString());
    return toBinary(StructSchema, fromJson(StructSchema, value as never));
  };
  for (const [index, json] of documents.entries()) {
    const written = toJson(StructSchema, fromBinary(StructSchema, structToBinary(index)));
    deepStrictEqual(written, JSON.parse(json.toString()));
  }
  const contenders: readonly SetContender[] = [
    contender(nodeNames.stepwire, (index) => transcoder.toBinary(at(documents, index))),
    contender(nodeNames.parse, (index) => JSON.parse(at(documents, index).toString())),
    contender(nodeNames.struct, structToBinary),
  ];
  return { set: set.name, timings: measureSet(contenders, documents.length, options) };
}

/** Returns a document in the programs' input format, with the expected result. */
function describeDocument({ name, schema }: DocumentSet, json: Buffer, binary: Uint8Array): string {
  return `${JSON.stringify({
    set: name,
    schema: schema.typeName,
    json: json.toString(),
    binary: Buffer.from(binary).toString("base64"),
  })}\n`;
}

function measureProgram(
  program: LanguageProgram,
  file: string,
  { milliseconds }: SetOptions,
): LanguageResult {
  const output = runProgram(program, [file, `${milliseconds}`]);
  const rows = new Map<string, { timings: SetTiming[]; refused: number }>();
  for (const line of output.trim().split("\n")) {
    const { set, contender, documents, blocks, refused = 0 }: Measured = JSON.parse(line);
    const row = rows.get(set) ?? { timings: [], refused: 0 };
    row.timings.push(summarizeBlocks(program.names[contender] ?? contender, blocks, documents));
    row.refused += refused;
    rows.set(set, row);
  }
  return {
    language: program.language,
    versions: versionsOf(program),
    rows: [...rows].map(([set, row]) => ({ set, ...row })),
  };
}
