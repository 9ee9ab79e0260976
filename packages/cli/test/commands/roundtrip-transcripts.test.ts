import { StreamEventSchema } from "@stepwire/core";
import { encodeEventFromBinary } from "@stepwire/openai-sse";
import { createFolder } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { sample } from "../support/documents.js";
import { stepwire } from "../support/stepwire.js";

const stream = sample("stream.sse");
const delta =
  'event: thread.run.step.delta\ndata: {"id":"step_1","object":"thread.run.step.delta","delta":{}}\n\n';

async function roundtrip(
  files: Readonly<Record<string, string | Uint8Array>>,
  ...parameters: readonly string[]
) {
  const directory = createFolder(files);
  const { exitCode, stdout, stderr } = await stepwire(["roundtrip", "--json", ".", ...parameters], {
    directory,
  });
  return { exitCode, stderr, ...JSON.parse(stdout.toString()) };
}

describe("stepwire roundtrip of transcripts", () => {
  it("has one result for a transcript, with sizes, residue and the share of text", async () => {
    const unknown = 'event: acme\ndata: {"a":1}\n\n';
    const { exitCode, documents, total } = await roundtrip({
      "a.sse": delta + unknown.replace('"a":1', ' "a": 1 '),
      "b.json": '{"object":"acme"}',
    });
    expect(exitCode).toBe(0);
    expect(documents).toEqual([
      {
        document: "a.sse",
        type: "event",
        events: 2,
        jsonBytes: (delta + unknown).length,
        // An arm with an identifier and an empty delta, and one with a name and a payload.
        binaryBytes: 2 + 2 + "step_1".length + 2 + 2 + 2 + "acme".length + 2 + '{"a":1}'.length,
        verbatimBytes: 2 + 2 + "acme".length + 2 + '{"a":1}'.length,
        residue: {},
        result: "equal",
      },
      expect.objectContaining({ document: "b.json", type: "other" }),
    ]);
    expect(total).toMatchObject({ documents: 2, equal: 2 });
  });

  it("measures a canonical transcript as it is", async () => {
    const { documents } = await roundtrip({ "a.sse": stream });
    expect(documents).toMatchObject([{ jsonBytes: stream.length, result: "equal" }]);
  });

  it("shows a column for the share of text only if there are transcripts", async () => {
    const directory = createFolder({ "a.sse": delta, "b.json": "{}" });
    const both = await stepwire(["roundtrip", "."], { directory });
    expect(both.stdout.toString()).toMatch(
      /residue +verbatim +equal\na\.sse .* 0 % +yes\nb\.json .* 100 % +yes\n/,
    );
    const one = await stepwire(["roundtrip", "b.json"], { directory });
    expect(one.stdout.toString()).not.toContain("verbatim");
  });

  it("recognizes a transcript on standard input", async () => {
    const { stdout, exitCode } = await stepwire(["roundtrip", "-"], {
      stdin: `: hello\n${stream}`,
    });
    expect(exitCode).toBe(0);
    expect(stdout.toString()).toMatch(/standard input +event .* yes\n/);
    const other = await stepwire(["roundtrip", "-", "--from=json"], { stdin: stream });
    expect(other.exitCode).toBe(1);
    const lines = await stepwire(["roundtrip", "-", "--from=jsonl"], { stdin: "{}\n{}\n" });
    expect(lines.stdout.toString()).toMatch(/^2 documents/m);
  });

  it("reports the first refused event, and continues with the next file", async () => {
    const bad = delta.replace('"step_1"', "7");
    const { exitCode, stderr, documents } = await roundtrip(
      { "1.sse": delta + bad + delta, "2.sse": stream },
      "--mode=preserve",
    );
    expect(exitCode).toBe(1);
    expect(stderr).toBe("stepwire: 1 of 2 documents did not come back\n");
    expect(documents).toMatchObject([
      {
        document: "1.sse",
        events: 1,
        result: "refused",
        problems: [expect.stringMatching(/^1\.sse: event 2: \/data\/id: wrong_type/)],
      },
      { document: "2.sse", result: "equal" },
    ]);
  });

  it.each([
    ["CR LF", stream.replaceAll("\n", "\r\n")],
    ["nothing", ""],
    ["an end within an event", stream.slice(0, -40)],
    ["text instead of JSON", "event: error\ndata: <html>\ndata:\n\n"],
    ["duplicate members", 'event: error\ndata: {"a":1,"a":2}\n\n'],
    ["large numbers and escapes", 'event: acme\ndata: {"\\u0061":1e400,"b":"\\ud800"}\n\n'],
    ["identifiers", `id: 7\n${delta}`],
  ])("finds %s equal in mode archive", async (_, transcript) => {
    const { documents } = await roundtrip({ "a.sse": transcript }, "--mode=archive");
    expect(documents).toMatchObject([{ result: "equal" }]);
  });

  it("recognizes streams that lost their blank lines", async () => {
    const files = { "a.sse": stream.replaceAll("\n\n", "\n") };
    const { documents } = await roundtrip(files);
    const standard = await roundtrip(files, "--framing=standard", "--mode=archive");
    expect(standard.documents).toMatchObject([{ events: 1, result: "equal" }]);
    expect(documents).toMatchObject([{ events: stream.split("\n\n").length - 1, result: "equal" }]);
  });

  it("counts events the same way as the events are written", () => {
    // Guards the sizes above against another canonical form.
    const binary = Buffer.from("1a0a0a06737465705f311200", "hex");
    expect(Buffer.from(encodeEventFromBinary(StreamEventSchema, binary)).toString()).toBe(delta);
  });
});
