import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type DescMessage, fromBinary, toBinary } from "@bufbuild/protobuf";
import { RunStepDeltaSchema, RunStepSchema } from "@stepwire/core";
import { type Mode, OpenAIJsonError, parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { jsonEqual, projectRoot, runStepObject } from "@stepwire/testing";
import { createTranscoder } from "@stepwire/transcode";
import { afterAll, describe, expect, test } from "vitest";
import { NewerSchema, readAdditions } from "./support/newer-schema.js";

const page = readFileSync(join(projectRoot, "docs/evolution.md"), "utf8");
const newerSchema = new NewerSchema(readAdditions(page));
afterAll(() => newerSchema[Symbol.dispose]());
const newerTypes = newerSchema.compile();

interface Change {
  readonly older: DescMessage;
  readonly document: object;
}

const browser = { type: "browser", browser: { url: "https://example.org" } };

/** A document for each column of the table. */
const changes: Record<string, Change> = {
  "a field": { older: RunStepSchema, document: runStepObject({ reasoning_effort: "high" }) },
  "a tool of a step": {
    older: RunStepSchema,
    document: runStepObject({
      step_details: { type: "tool_calls", tool_calls: [{ id: "c", ...browser }] },
    }),
  },
  "a tool of a delta": {
    older: RunStepDeltaSchema,
    document: {
      id: "s",
      object: "thread.run.step.delta",
      delta: { step_details: { type: "tool_calls", tool_calls: [{ index: 0, ...browser }] } },
    },
  },
  "an enum value": { older: RunStepSchema, document: runStepObject({ status: "paused" }) },
};

/** The functions of an engine that the test needs. */
interface Engine {
  toBinary(schema: DescMessage, json: string, mode: Mode): Uint8Array;
  toJson(schema: DescMessage, binary: Uint8Array, unknownFields: "drop" | "refuse"): string;
}

const transcode: Engine = {
  toBinary: (schema, json, mode) =>
    createTranscoder(schema, { mode }).toBinary(new TextEncoder().encode(json)),
  toJson: (schema, binary, unknownFields) =>
    new TextDecoder().decode(createTranscoder(schema, { unknownFields }).toJson(binary)),
};

const reference: Engine = {
  toBinary: (schema, json, mode) => toBinary(schema, parseOpenAI(schema, json, { mode })),
  // It reads messages, and so knows of no unknown fields.
  toJson: (schema, binary, unknownFields) =>
    unknownFields === "refuse"
      ? transcode.toJson(schema, binary, unknownFields)
      : stringifyOpenAI(schema, fromBinary(schema, binary)),
};

/** The words of the table for a conversion: what `word` says of it, or why it was refused. */
function outcome(convert: () => string): string {
  try {
    return convert();
  } catch (reason) {
    if (!(reason instanceof OpenAIJsonError)) {
      throw reason;
    }
    const codes = reason.violations.map((violation) => `\`${violation.code}\``);
    return [...new Set(codes)].join(", ");
  }
}

function isSame(json: string, document: object): boolean {
  return jsonEqual(json, JSON.stringify(document));
}

/** The column of the table for a change: what really happens. */
function play({ older, document }: Change, engine: Engine): string[] {
  const newer = newerTypes.getMessage(older.typeName);
  if (newer === undefined) {
    throw new Error(`the newer schema has no ${older.typeName}`);
  }
  const json = JSON.stringify(document);
  // The newer schema knows all of it.
  const newerBinary = engine.toBinary(newer, json, "strict");
  const olderBinary = engine.toBinary(older, json, "preserve");
  const keptBy = (schema: DescMessage, binary: Uint8Array): boolean =>
    isSame(engine.toJson(schema, binary, "drop"), document);
  const passedOn = toBinary(older, fromBinary(older, newerBinary));
  return [
    outcome(() => {
      engine.toBinary(older, json, "strict");
      return "taken";
    }),
    keptBy(older, olderBinary) ? "kept" : "lost",
    keptBy(newer, olderBinary) ? "the same JSON" : "other JSON",
    outcome(() => (keptBy(older, newerBinary) ? "kept" : "left out")),
    outcome(() => engine.toJson(older, newerBinary, "refuse")),
    keptBy(newer, passedOn) ? "kept" : "lost",
  ];
}

/** The columns of the page's table, below their heads. */
function readTable(): Record<string, string[]> {
  const section = page.slice(page.indexOf("## What older programs do"));
  const rows = section
    .split("\n")
    .filter((line) => line.startsWith("|") && !line.startsWith("|---"))
    .map((line) =>
      line
        .split("|")
        .slice(2, -1)
        .map((cell) => cell.trim()),
    );
  const [heads = [], ...cells] = rows;
  return Object.fromEntries(
    heads.map((head, column) => [head, cells.map((row) => row[column] ?? "")]),
  );
}

describe.each([
  ["transcode", transcode],
  ["openai-json", reference],
])("what older programs do, by %s", (_name, engine) => {
  test("the table has a column for each change", () => {
    expect(Object.keys(readTable())).toEqual(Object.keys(changes));
  });

  test.each(Object.entries(changes))("%s", (name, change) => {
    expect(play(change, engine)).toEqual(readTable()[name]);
  });
});

describe("a typed field wins", () => {
  test("over what an older program left in the residue", () => {
    const newer = newerTypes.getMessage(RunStepSchema.typeName);
    const { document } = changes["a field"] ?? { document: {} };
    const older = toBinary(RunStepSchema, parseOpenAI(RunStepSchema, JSON.stringify(document)));
    // The bytes of field 17, appended: as if the field were set.
    const edited = Uint8Array.from([...older, 0x8a, 0x01, 0x03, 0x6c, 0x6f, 0x77]);
    const json = newer && stringifyOpenAI(newer, fromBinary(newer, edited));
    expect(isSame(json ?? "", { ...document, reasoning_effort: "low" })).toBe(true);
  });
});

describe("the pieces of the page", () => {
  const residue = /^ *\/\/ .*\n(?=.*JsonResidue json_residue)/gm;

  test("describe the residue as the schema does", () => {
    const schema = readFileSync(join(projectRoot, "proto/stepwire/v1/run_step.proto"), "utf8");
    const [comment = ""] = schema.match(residue) ?? [];
    const quoted = readAdditions(page).flatMap(({ text }) => text.match(residue) ?? []);
    expect(quoted).not.toEqual([]);
    expect(new Set(quoted)).toEqual(new Set([comment]));
  });
});

describe("buf breaking", () => {
  test("takes all that is added", () => {
    expect(newerSchema.breaking()).toBe("");
  });

  test.each([
    ["another number", "  string thread_id = 5 [", "  string thread_id = 18 ["],
    ["another type", "  int64 created_at = 2 [", "  string created_at = 2 ["],
    ["a field that is gone", /^ {2}string thread_id = 5 .*$/m, ""],
    ["another name", "  string thread_id = 5 [", "  string thread = 5 ["],
    ["a value that is gone", /^ {2}RUN_STATUS_EXPIRED = .*$/m, ""],
  ])("refuses %s", (_name, before, after) => {
    using schema = new NewerSchema([]);
    schema.edit("run_step.proto", (content) => content.replace(before, after));
    expect(schema.breaking()).toMatch(/run_step\.proto/);
  });
});
