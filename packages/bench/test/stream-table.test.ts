import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { StreamEventSchema } from "@stepwire/core";
import { createFolder, projectRoot } from "@stepwire/testing";
import { readArchive } from "@stepwire/wire";
import { describe, expect, it } from "vitest";
import { streamFolders } from "../src/corpus/streams.js";
import { measureStream } from "../src/streams/measure.js";
import { measureStreams, missingFolders, type StreamSizes } from "../src/streams/rows.js";
import { staleStreamRows, updateStreamTables } from "../src/streams/table.js";

const stream = [
  'event: thread.run.step.delta\ndata: {"id":"step_1", "object":"thread.run.step.delta","delta":{}}\n\n',
  ": a comment\n\n",
  'event: acme\ndata: {"a":1}\n\n',
  "event: error\ndata: <html>\n\n",
  "event: done\ndata: [DONE]\n\n",
].join("");

/** A project with one sample, without recorded streams beside it. */
async function measureProject(text: string): Promise<StreamSizes[]> {
  const root = createFolder();
  mkdirSync(join(root, "samples"));
  writeFileSync(join(root, "samples/a.sse"), text);
  expect(missingFolders(root).length).toBeGreaterThan(0);
  return await measureStreams(root);
}

describe("measureStream", () => {
  it("measures each event as text and as binary", async () => {
    const { events, sse, archive } = await measureStream(
      StreamEventSchema,
      "a",
      Buffer.from(stream),
    );
    expect(sse.toString()).toBe(stream.replace(", ", ",").replace(": a comment\n\n", ""));
    expect(events.map(({ name, isText }) => [name, isText])).toEqual([
      ["thread.run.step.delta", false],
      ["acme", false],
      ["error", true],
      ["done", false],
    ]);
    expect(events.map(({ verbatim }) => verbatim > 0)).toEqual([false, true, true, false]);
    const packed: number[] = [];
    for await (const { bytes } of readArchive(ReadableStream.from([archive]))) {
      packed.push(bytes.length);
    }
    // Each document has the tag and the length of its arm.
    expect(packed).toEqual(events.map(({ binary }) => binary.length + 2));
  });
});

describe("the stream tables", () => {
  const empty = { streams: "", formats: "", types: "" };

  it("have a row for each folder that is there, and keep the others", async () => {
    const measured = await measureProject(stream);
    const first = updateStreamTables(empty, measured);
    expect(first.streams).toMatch(/^\| sample \| 1 \| 4 \| \d+ \| \d+ \(\d+\) /m);
    const others = { ...first, streams: first.streams.replace("| sample", "| elsewhere") };
    const written = updateStreamTables(others, measured);
    expect(written.streams).toContain("| sample | 1 |");
    expect(written.streams).toContain("| elsewhere | 1 |");
    expect(staleStreamRows(written, measured)).toEqual([]);
    expect(first.formats).toMatch(/^\| sample \| 4 \| \d+ \| \d+ \(\d+\) /m);
    expect(staleStreamRows(written, await measureProject(stream + stream))).toHaveLength(2);
  });

  it("have a row for each name, and totals with and without text", async () => {
    const [sample] = await measureProject(stream);
    const measured = [{ ...(sample ?? expect.unreachable()), name: "recorded runs" }];
    const { types, ...others } = updateStreamTables(empty, measured);
    const names = types.split("\n").map((row) => row.split(" | ")[0]);
    expect(names.slice(2, 8).sort()).toEqual(
      [
        "| **all with JSON**",
        "| **all**",
        "| acme",
        "| done",
        "| payloads that are not JSON",
        "| thread.run.step.delta",
      ].sort(),
    );
    expect(staleStreamRows({ types, ...others }, measured)).toEqual([]);
    const more = types.replace("| acme", "| gone");
    expect(staleStreamRows({ types: more, ...others }, measured).join("\n")).toContain("| acme");
  });

  it("measure the project's own samples", async () => {
    const own = streamFolders.filter(({ folder }) => folder.startsWith("samples"));
    const [sample, ofResponses] = await measureStreams(projectRoot, own);
    expect(sample).toMatchObject({ name: "sample", streams: 1 });
    expect(ofResponses).toMatchObject({ name: "sample of Responses", streams: 1, verbatim: 0 });
  });
});
