import { type DescMessage, fromJson } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { describe, expect, test } from "vitest";
import { deriveFile } from "../src/derive.js";
import { FEATURES, formatFile, readFiles, STREAMS } from "../src/files.js";
import type { VectorFile } from "../src/format.js";
import { messagesWithin, outermostMessages, schemaNamed } from "../src/schemas.js";
import { collect } from "../src/topics/messages.js";
import { topics } from "../src/topics.js";

const committed = new Map([...readFiles(), ...readFiles(FEATURES)]);
const current = topics();

describe("the committed vectors are what the engines say now (else: pnpm vectors)", () => {
  test("there is a file for each topic", () => {
    expect([...committed.keys()].sort()).toEqual(current.map(({ topic }) => topic).sort());
  });

  test.each(current.map((topic) => ({ name: topic.topic, topic })))("$name", ({ name, topic }) => {
    const drifted = differingLines(committed.get(name) ?? "", formatFile(deriveFile(topic)));
    expect(drifted).toEqual([]);
  });

  test("all of them are modest in size", () => {
    const all = [...committed.values(), ...readFiles(STREAMS).values()];
    const size = all.reduce((sum, text) => sum + text.length, 0);
    // Four families of messages; that of Responses has 300 messages.
    expect(size).toBeLessThan(4_000_000);
  });
});

describe("the vectors that all languages run", () => {
  const found = new Set<string>();
  for (const text of readFiles().values()) {
    // The files are ours, and another test compares them with what is written now.
    for (const vector of (JSON.parse(text) as VectorFile).cases) {
      if (vector.message !== undefined) {
        const schema = schemaNamed(vector.schema);
        collect(reflect(schema, fromJson(schema, vector.message)), found);
      }
    }
  }

  test.each(unionsOf(outermostMessages()))("have every arm of $name", ({ arms }) => {
    expect(arms.filter((arm) => !found.has(arm))).toEqual([]);
  });
});

/** Returns the unions of messages and of all messages within them, with their arms. */
function unionsOf(roots: readonly DescMessage[]): { name: string; arms: string[] }[] {
  return [...messagesWithin(roots)]
    .filter(({ file }) => file.proto.package.startsWith("stepwire."))
    .flatMap(({ typeName, oneofs }) =>
      oneofs.map(({ name, fields }) => ({
        name: `${typeName}.${name}`,
        arms: fields.map((field) => `${typeName}.${field.name}`),
      })),
    );
}

/** The first lines of each that the other does not have, cut short. */
function differingLines(before: string, after: string): string[] {
  const [old, now] = [new Set(before.split("\n")), new Set(after.split("\n"))];
  const gone = [...old].filter((line) => !now.has(line)).map((line) => `- ${line.slice(0, 200)}`);
  const come = [...now].filter((line) => !old.has(line)).map((line) => `+ ${line.slice(0, 200)}`);
  return [...gone.slice(0, 5), ...come.slice(0, 5)];
}
