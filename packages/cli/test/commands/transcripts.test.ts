import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createFolder } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { sample } from "../support/documents.js";
import { stepwire } from "../support/stepwire.js";
import { differenceOf, packAndUnpack, readTranscript, succeed } from "../support/transcripts.js";

const stream = sample("stream.sse");
const delta =
  'event: thread.run.step.delta\ndata: {"id":"step_1","object":"thread.run.step.delta","delta":{}}\n\n';
const unknown = 'event: acme.weather\ndata: {"sun":1.50}\n\n';
const done = "event: done\ndata: [DONE]\n\n";

/** Expects that a transcript comes back with equal events. */
async function expectEqual(before: string, parameters: readonly string[] = []): Promise<void> {
  const { text } = await packAndUnpack(before, parameters);
  expect(differenceOf(readTranscript(before), readTranscript(text))).toBeUndefined();
}

/** For output that is the same each time. */
const delimited = ["--to=delimited"];

describe("stepwire pack and unpack of transcripts", () => {
  it("gives a transcript back as it is written canonically", async () => {
    expect((await packAndUnpack(stream)).text).toBe(stream);
  });

  it("packs an event as the JSON document that unpack writes for it", async () => {
    const { archive, directory } = await packAndUnpack(unknown + delta + done, delimited);
    const lines = await succeed(["unpack", "out.pb"], directory);
    expect(lines.split("\n")).toEqual([
      '{"event":"acme.weather","data":{"sun":1.50}}',
      '{"event":"thread.run.step.delta","data":{"id":"step_1","object":"thread.run.step.delta","delta":{}}}',
      '{"event":"done","data":"[DONE]"}',
      "",
    ]);
    const { stdout } = await stepwire(["pack", ...delimited], { stdin: lines });
    expect(stdout.equals(readFileSync(archive))).toBe(true);
  });

  it.each([
    ["an assistant", stream],
    ["a completion", 'data: {"id":"c","choices":[]}\n\nid: 7\ndata: [DONE]\n\n'],
    [
      "a completion with a name at its end",
      'data: {"id":"c","choices":[]}\n\nevent: done\ndata: [DONE]\n\n',
    ],
    ["nothing but an end", "data: [DONE]\n\n"],
  ])("gives the transcript of %s back from its lines of JSON", async (_, transcript) => {
    const { directory } = await packAndUnpack(transcript);
    writeFileSync(join(directory, "lines.jsonl"), await succeed(["unpack", "out.pb"], directory));
    await succeed(["pack", "lines.jsonl", "-o", "lines.pb"], directory);
    await succeed(["unpack", "lines.pb", "-o", "again.sse"], directory);
    expect(readFileSync(join(directory, "again.sse"), "utf8")).toBe(transcript);
  });

  it.each([
    ["CR LF", stream.replaceAll("\n", "\r\n")],
    ["CR", stream.replaceAll("\n", "\r")],
    ["a byte order mark", `\uFEFF${stream}`],
    ["no event", ""],
    ["only comments", ": hello\n\n"],
    ["data in several lines", 'data: {"a":\ndata: 1}\n\n'],
    ["no blank line at the end", stream.trimEnd()],
    ["[DONE] without a name", "data: {}\n\ndata: [DONE]\n\n"],
    ["an end within the data", `${delta}event: thread.run.step.delta\ndata: {"id":"st`],
    ["an end within the name", `${delta}event: thread.run.st`],
    ["an end before the data", `${delta}event: thread.run.step.delta\n`],
    ["a payload that is not JSON", "event: error\ndata: <html>\ndata:\ndata: </html>\n\n"],
    ["an event without data", "event: ping\n\n"],
    ["identifiers", "id: 7\nevent: ping\ndata: {}\n\n"],
    ["payloads that are no objects", "event: thread.run.step.delta\ndata: [1]\n\ndata: 5\n\n"],
  ])("understands %s", async (_, transcript) => {
    await expectEqual(transcript);
  });

  it("recognizes a transcript on standard input by its first bytes", async () => {
    const expected = readFileSync((await packAndUnpack(stream, delimited)).archive);
    for (const start of ["", "\uFEFF", "\n", ": keep-alive\n\n", "\r\n\r\n", "retry: 3000\n"]) {
      const { stdout, exitCode } = await stepwire(["pack", ...delimited], {
        stdin: start + stream,
      });
      expect(exitCode).toBe(0);
      expect(stdout.equals(expected)).toBe(true);
    }
  });

  it("recognizes a transcript in a file of another name, in chunks of one byte", async () => {
    const directory = createFolder({ "run.txt": stream });
    const packed = await stepwire(["pack", "run.txt", ...delimited], { directory });
    const bytes = Array.from(Buffer.from(stream), (byte) => Uint8Array.of(byte));
    const piped = await stepwire(["pack", ...delimited], { stdin: bytes });
    expect(packed.exitCode).toBe(0);
    expect(piped.stdout.equals(packed.stdout)).toBe(true);
    expect(await unpackText(packed.stdout)).toBe(stream);
  });

  it("takes the format from --from if the name says something else", async () => {
    const directory = createFolder({ "a.jsonl": stream, "b.sse": '{"a":1}\n' });
    const { stdout } = await stepwire(["pack", "--from=sse", "a.jsonl"], { directory });
    expect(await unpackText(stdout)).toBe(stream);
    const unpacked = await stepwire(["unpack", "--format=sse"], { stdin: stdout });
    expect(unpacked.stdout.toString()).toBe(stream);
    const lines = await stepwire(["pack", "--from=jsonl", "b.sse", ...delimited], { directory });
    expect((await stepwire(["unpack"], { stdin: lines.stdout })).stdout.toString()).toBe(
      '{"a":1}\n',
    );
    const short = await stepwire(["pack", "--format=jsonl", "b.sse", ...delimited], { directory });
    expect(short.stdout.equals(lines.stdout)).toBe(true);
  });

  it("packs the files of a folder in the order of their names, also lines of JSON", async () => {
    const directory = createFolder({
      "b.jsonl": '{"event":"acme.weather","data":{"sun":2}}\n',
      "a.sse": unknown,
      "c.sse": done,
      "note.json": "{",
    });
    await succeed(["pack", ".", "-o", "out.pb"], directory);
    await succeed(["unpack", "out.pb", "-o", "out.sse"], directory);
    expect(readFileSync(join(directory, "out.sse"), "utf8")).toBe(
      `${unknown}${unknown.replace("1.50", "2")}${done}`,
    );
  });

  it("says which files a folder should have", async () => {
    const directory = createFolder({ "note.json": "{}" });
    const { stderr, exitCode } = await stepwire(["pack", "."], { directory });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^stepwire: \.: has no \.jsonl, \.ndjson or \.sse file\n/);
  });

  it("writes a transcript if the output ends in .sse, else lines", async () => {
    const { directory } = await packAndUnpack(unknown);
    await succeed(["unpack", "out.pb", "-o", "again.sse"], directory);
    await succeed(["unpack", "out.pb", "-o", "again.txt"], directory);
    await succeed(["unpack", "out.pb", "-o", "lines.sse", "--to=jsonl"], directory);
    const read = (name: string): string => readFileSync(join(directory, name), "utf8");
    expect(read("again.sse")).toBe(unknown);
    expect(read("again.txt")).toBe('{"event":"acme.weather","data":{"sun":1.50}}\n');
    expect(read("lines.sse")).toBe(read("again.txt"));
  });

  it("stores bare events with --type, which unpack needs too", async () => {
    const whole = await packAndUnpack(stream);
    const bare = await packAndUnpack(stream, ["--type=event"]);
    expect(bare.text).toBe(stream);
    const [large, small] = [readFileSync(whole.archive), readFileSync(bare.archive)];
    expect(small.length).toBeLessThan(large.length);
    expect((await packAndUnpack(stream, ["--type=document"])).text).toBe(stream);
  });

  it.each([
    ["with names", stream.replaceAll("\n\n", "\n"), stream],
    ["without names", 'data: {"a":1}\ndata: {"a":2}\n: hello\ndata: [DONE]\n', undefined],
  ])("recognizes streams %s that lost their blank lines", async (_, text, expected) => {
    const { text: written } = await packAndUnpack(text);
    expect(written).toBe(expected ?? 'data: {"a":1}\n\ndata: {"a":2}\n\ndata: [DONE]\n\n');
    expect((await packAndUnpack(text, ["--framing=lenient"])).text).toBe(written);
    const standard = await packAndUnpack(text, ["--framing=standard"]);
    expect(readTranscript(standard.text)).toHaveLength(1);
  });

  it("keeps to the standard if the name of an event follows its data", async () => {
    const [name, data] = delta.trimEnd().split("\n");
    const { text } = await packAndUnpack(`${data}\n${name}\n\n`.repeat(3));
    expect(text).toBe(delta.repeat(3));
  });

  it("keeps to the standard if only one of many events would be read in another way", async () => {
    const { text } = await packAndUnpack(`${stream}data: {}\ndata: {}\n\n`);
    expect(text).toBe(`${stream}data: {}\ndata: {}\n\n`);
  });

  it("tells on a terminal what is not kept", async () => {
    const stdin = `: one\n: two\nretry: 100\n\nid: 7\n\nfoo: bar\n${delta}`;
    const { stderr } = await stepwire(["pack", "--from=sse"], { stdin, stderrIsTerminal: true });
    expect(stderr.split("\n")).toEqual([
      expect.stringMatching(/^1 document: 1\d\d bytes of SSE in \d+ bytes, \d+ %$/),
      "Not kept, because they are not part of an event: 2 comments, 1 retry line, 1 identifier, 1 other line",
      "",
    ]);
  });
});

async function unpackText(archive: Uint8Array): Promise<string> {
  const { stdout } = await stepwire(["unpack", "--to=sse"], { stdin: archive });
  return stdout.toString();
}

describe("refused events", () => {
  const bad = 'event: thread.run.step.delta\ndata: {"id":7,"object":"thread.run.step.delta"}\n\n';

  it("stop with the number of the event and the place, and leave no file", async () => {
    const directory = createFolder({ "in.sse": delta + bad + delta });
    const { exitCode, stderr } = await stepwire(
      ["pack", "in.sse", "--mode=preserve", "-o", "out.pb"],
      { directory },
    );
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^stepwire: in\.sse: event 2: \/data\/id: wrong_type/m);
    expect(readdirSync(directory)).toEqual(["in.sse"]);
  });

  it("are skipped with --on-error skip, with all others kept", async () => {
    const notText = Buffer.concat([Buffer.from("data: "), Buffer.of(0xff), Buffer.from("\n\n")]);
    const directory = createFolder({
      "in.sse": Buffer.concat([Buffer.from(delta + bad), notText, Buffer.from(unknown + bad)]),
    });
    const parameters = ["--mode=preserve", "--on-error=skip", "--max-reports=2", "-o", "out.pb"];
    const { exitCode, stderr } = await stepwire(["pack", "in.sse", ...parameters], { directory });
    expect(exitCode).toBe(1);
    expect(stderr.split("\n")).toEqual([
      expect.stringMatching(/^stepwire: in\.sse: event 2: \/data\/delta: missing/),
      expect.stringMatching(/^stepwire: in\.sse: event 2: \/data\/id: wrong_type/),
      "stepwire: in.sse: event 3: not_json: has bytes that are not UTF-8",
      "stepwire: 1 more refused event; --max-reports shows more",
      "stepwire: 3 events skipped, 2 documents packed",
      "",
    ]);
    expect(await unpackText(readFileSync(join(directory, "out.pb")))).toBe(delta + unknown);
  });

  it("end a transcript if they are too large, but not the next one", async () => {
    const large = `event: ping\ndata: "${"x".repeat(5000)}"\n\n`;
    const directory = createFolder({ "1.sse": unknown + large + delta, "2.sse": done });
    const parameters = ["pack", "1.sse", "2.sse", "--max-bytes=1K"];
    const stopped = await stepwire(parameters, { directory });
    expect(stopped.exitCode).toBe(1);
    expect(stopped.stderr).toBe(
      "stepwire: 1.sse: event 2: too_large: more than 1.0 KiB; --max-bytes raises the limit\n",
    );
    const { stdout, stderr } = await stepwire([...parameters, "--on-error=skip"], { directory });
    expect(stderr).toContain("1 event skipped, 2 documents packed");
    expect(await unpackText(stdout)).toBe(unknown + done);
  });

  it("are those that are nested too deep", async () => {
    const stdin = `event: ping\ndata: ${"[".repeat(9)}${"]".repeat(9)}\n\n`;
    const ok = await stepwire(["pack", "--max-depth=10"], { stdin });
    expect(ok.exitCode).toBe(0);
    const refused = await stepwire(["pack", "--max-depth=9"], { stdin });
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toMatch(/^stepwire: standard input: event 1: .*too_deep/);
  });
});

describe("unpacking what is not a transcript", () => {
  it("names the document that is not an event", async () => {
    const step = sample("message.json").replaceAll("\n", "");
    const stdin = (await stepwire(["pack", ...delimited], { stdin: `${step}\n{"a":1}\n` })).stdout;
    const { exitCode, stderr } = await stepwire(["unpack", "--to=sse"], { stdin });
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      "stepwire: standard input: document 1 at offset 1: is a run-step, not an event; --to jsonl writes it as JSON\n",
    );
    const skip = await stepwire(["unpack", "--to=sse", "--on-error=skip"], { stdin });
    expect(skip.stderr).toContain("is an object of an unknown type, not an event");
    expect(skip.stderr).toContain("2 documents skipped, 0 documents written");
  });

  it("keeps the events before damage, and says where it is", async () => {
    const { archive, directory } = await packAndUnpack(unknown + delta, delimited);
    const bytes = readFileSync(archive);
    writeFileSync(join(directory, "cut.pb"), bytes.subarray(0, -3));
    const { exitCode, stderr } = await stepwire(["unpack", "cut.pb", "-o", "out.sse"], {
      directory,
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^stepwire: cut\.pb: offset \d+ .*the archive ends within a document/);
    expect(stderr).toContain("1 whole document before that is kept in out.sse");
    expect(readFileSync(join(directory, "out.sse"), "utf8")).toBe(unknown);
  });

  it("explains bytes that are not an event", async () => {
    const stdin = Buffer.from("0422020aff", "hex");
    const { exitCode, stderr } = await stepwire(["unpack", "--to=sse"], { stdin });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^stepwire: standard input: document 1 at offset 1: malformed_binary/);
  });
});

describe("commands for one document", () => {
  it.each(["encode", "decode", "inspect"])("%s says which takes a transcript", async (command) => {
    const type = command === "encode" ? [] : ["--type=run-step"];
    const { exitCode, stderr } = await stepwire([command, ...type], { stdin: stream });
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      "stepwire: standard input: is a transcript of server-sent events\nstepwire: try: stepwire pack -o out.archive\n",
    );
  });
});
