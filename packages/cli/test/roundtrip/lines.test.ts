import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createDetector } from "../../src/detect.js";
import type { Source } from "../../src/files/source.js";
import { LineRoundtrip } from "../../src/roundtrip/lines.js";
import { Roundtrip, type RoundtripResult } from "../../src/roundtrip/result.js";
import { builtIn } from "../../src/schema/model.js";
import { runStep, samples } from "../support/documents.js";

const options = { mode: "preserve", maxDepth: 100, maxBytes: 400_000 } as const;

function sourceOf(text: string): Source {
  let rest = Buffer.from(text);
  return {
    name: "in",
    read(buffer) {
      const piece = rest.subarray(0, buffer.length);
      buffer.set(piece);
      rest = rest.subarray(piece.length);
      return Promise.resolve(piece.length);
    },
    close: () => Promise.resolve(),
  };
}

/** Makes the round trips of lines in blocks, and one by one. */
async function bothWays(
  lines: readonly string[],
  type?: string,
): Promise<[blocks: RoundtripResult[], single: RoundtripResult[]]> {
  const message = type === undefined ? undefined : builtIn.message(type);
  const detector = createDetector(builtIn, message, options);
  const single = new Roundtrip(builtIn, detector, options.maxBytes);
  const inBlocks = new LineRoundtrip(builtIn, { ...options, message, detector }, single);
  const results: RoundtripResult[] = [];
  for await (const block of inBlocks.run(sourceOf(lines.join("\n")))) {
    results.push(...block);
  }
  const expected = lines.flatMap((line, index) => {
    const json = Buffer.from(line);
    const isTooLarge = json.length > options.maxBytes;
    const document = { name: "in", line: index + 1, ...(isTooLarge ? {} : { json }) };
    return line.trim() === "" ? [] : [single.run(document)];
  });
  return [results, expected];
}

const sampleLines = ["", "chat", "threads"].flatMap((folder) =>
  readdirSync(join(samples, folder))
    .filter((name) => name.endsWith(".json"))
    .map((name) => JSON.stringify(JSON.parse(readFileSync(join(samples, folder, name), "utf8")))),
);

const kinds = [
  ...sampleLines,
  runStep({ metadata: {}, extra: [0.1, "ü"] }),
  JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(runStep())).sort())),
  ` ${runStep().replaceAll(",", " ,\t")} \r`,
  '{"object":"letter","n":1.0}',
  "{}",
  "",
  " \t\r",
  "[]",
  '{"a":1,"a":2}',
  "{",
  runStep({ id: 7, status: [] }),
  runStep({ thread_id: "x".repeat(300_000) }),
  runStep({ thread_id: "x".repeat(500_000) }),
  runStep({ thread_id: "x".repeat(900_000) }),
];

describe("round trips of lines", () => {
  it("give what those of each document give", async () => {
    const lines = [...kinds, ...sampleLines.flatMap((line) => Array(40).fill(line)), ...kinds];
    const [results, expected] = await bothWays(lines);
    expect(results).toEqual(expected);
    const counts = Map.groupBy(results, ({ result }) => result);
    expect(counts.get("equal")?.length).toBeGreaterThan(sampleLines.length * 42);
    expect(counts.get("refused")).toHaveLength(12);
  });

  it("give it for one type as well", async () => {
    const [results, expected] = await bothWays([...kinds, runStep()], "run-step");
    expect(results).toEqual(expected);
    expect(results.at(-1)).toMatchObject({ type: "run-step", result: "equal" });
  });

  it("give it for lines that are refused by the thousand", async () => {
    const lines = Array.from({ length: 3_000 }, (_, index) => (index % 3 === 0 ? "{}" : "[]"));
    const [results, expected] = await bothWays(lines);
    expect(results).toEqual(expected);
  });
});
