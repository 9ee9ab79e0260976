import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "@stepwire/testing";
import { StreamReader, StreamWriter } from "@stepwire/wire";
import { describe, expect, test } from "vitest";
import { formatFile, readFiles, STREAMS } from "../src/files.js";
import { schemaNamed } from "../src/schemas.js";
import { streamVectors } from "../src/streams/cases.js";
import type { StreamVectorFile } from "../src/streams/format.js";

const committed = readFiles(STREAMS);
const current = await streamVectors();

test("the committed vectors are what reader and writer say now (else: pnpm vectors)", () => {
  const files = new Map(current.map((file) => [file.topic, formatFile(file)]));
  expect(Object.fromEntries(committed)).toEqual(Object.fromEntries(files));
});

describe.each(current)("$topic", ({ cases }) => {
  test("has a different name for each case", () => {
    expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
  });

  test("has an error where the name says so", () => {
    for (const { name, error } of cases) {
      expect([name, error !== undefined]).toEqual([name, name.startsWith("error: ")]);
    }
  });

  test.each(cases.filter(({ encoding }) => encoding === undefined))(
    "$name: the same, byte by byte",
    ({ stream, options, events, error, failure }) => {
      const reader = new StreamReader(options);
      const found: [number, string][] = [];
      let reason: unknown;
      try {
        for (const byte of Buffer.from(stream, "hex")) {
          reader.push(Uint8Array.of(byte));
          for (let event = reader.next(); event !== undefined; event = reader.next()) {
            found.push([event.number, Buffer.from(event.bytes).toString("hex")]);
          }
        }
        reader.finish();
      } catch (thrown) {
        reason = thrown;
      }
      if (error?.code === "expands_too_much") {
        // The limit is reached sooner, because the input is shorter.
        expect(found).toEqual(events.slice(0, found.length));
        expect(reason).toMatchObject({ code: error.code });
        return;
      }
      expect(found).toEqual(events);
      if (error !== undefined) {
        expect(reason).toMatchObject(error);
      } else if (failure !== undefined) {
        expect(reason).toMatchObject({ detail: Uint8Array.from(Buffer.from(failure, "hex")) });
      } else {
        expect(reason).toBeUndefined();
      }
    },
  );
});

test("a writer writes the streams of events again", () => {
  const file: StreamVectorFile = JSON.parse(committed.get("streams/written") ?? "");
  for (const { name, schema = "", blocks = [], events, stream } of file.cases) {
    const writer = new StreamWriter(schemaNamed(schema), { firstNumber: events[0]?.[0] });
    const parts: Uint8Array[] = [];
    let index = 0;
    for (const count of blocks) {
      const block = events.slice(index, index + count);
      index += count;
      const binary = block.map(([, event]) => Buffer.from(event, "hex"));
      parts.push(writer.write(binary, block[0]?.[0]));
    }
    const bytes = Buffer.concat([...parts, writer.end()]);
    expect([name, bytes.toString("hex")]).toEqual([name, stream]);
  }
});

test("the example of the document is a vector", () => {
  const text = readFileSync(join(projectRoot, "docs/stream-format.md"), "utf8");
  const [, section = ""] = text.split("\n## Example\n");
  const rows = section.split("\n## ")[0]?.match(/^\| `.*$/gm) ?? [];
  const bytes = rows.flatMap((row) => row.split("|")[1]?.match(/[0-9a-f]{2}\b/g) ?? []);
  const file = current.find(({ topic }) => topic === "streams/written");
  const example = file?.cases.find(({ name }) => name === "one block of deltas");
  expect(bytes.join("")).toBe(example?.stream);
});
