import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createFolder } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { sample } from "../support/documents.js";
import { stepwire } from "../support/stepwire.js";
import { readTranscript, succeed } from "../support/transcripts.js";

/** The sample as it is written again. */
const stream = await (async () => {
  const archive = await stepwire(["pack"], { stdin: sample("responses/stream.sse") });
  const { stdout } = await stepwire(["unpack", "--to", "sse"], { stdin: archive.stdout });
  return stdout.toString();
})();
const events = readTranscript(stream);
/** The payloads of the sample, one on each line. */
const payloads = events.map(({ data }) => `${data}\n`).join("");

function folderWith(name: string, text: string): string {
  const folder = createFolder();
  writeFileSync(join(folder, name), text);
  return folder;
}

/** Packs and unpacks lines of payloads. */
async function packAndUnpack(text: string): Promise<string> {
  const folder = folderWith("lines.jsonl", text);
  await succeed(["pack", "lines.jsonl", "--from", "payloads", "-o", "out.archive"], folder);
  return await succeed(["unpack", "out.archive", "--to", "payloads"], folder);
}

describe("the format payloads", () => {
  it("reads and writes the payloads of events, one on each line", async () => {
    expect(await packAndUnpack(payloads)).toBe(payloads);
  });

  it("gives events the names that their payloads have", async () => {
    const folder = folderWith("lines.jsonl", payloads);
    await succeed(["pack", "lines.jsonl", "--from", "payloads", "-o", "out.archive"], folder);
    const lines = await succeed(["unpack", "out.archive"], folder);
    const documents = lines
      .split("\n")
      .slice(0, -1)
      .map((line): unknown => JSON.parse(line));
    expect(documents).toEqual(
      events.map(({ name, data = "" }) => ({
        event: name,
        data: JSON.parse(data) as unknown,
        unnamed: true,
      })),
    );
    await succeed(["unpack", "out.archive", "-o", "again.sse"], folder);
    const again = readFileSync(join(folder, "again.sse"), "utf8");
    expect(again).toBe(stream.replaceAll(/^event: .*\n/gm, ""));
  });

  it("skips blank lines, and takes any white space around payloads", async () => {
    const spaced = `\r\n \t\r\n${payloads.replaceAll("\n", " \r\n\n").replaceAll(/^\{/gm, " {\r\t")}`;
    expect(await packAndUnpack(spaced)).toBe(payloads);
    expect(await packAndUnpack(payloads.trimEnd())).toBe(payloads);
    expect(await packAndUnpack("")).toBe("");
    expect(await packAndUnpack(`[DONE]\n${"x".repeat(200_000)}\n5\n`)).toBe(
      `[DONE]\n${"x".repeat(200_000)}\n5\n`,
    );
  });

  it("writes events with lines `event:`, if their payloads name them", async () => {
    const folder = folderWith("run.sse", stream);
    await succeed(["pack", "run.sse", "-o", "out.archive"], folder);
    expect(await succeed(["unpack", "out.archive", "--to", "payloads"], folder)).toBe(payloads);
  });

  it.each([
    ["event: ping\ndata: {}\n\n", 'has the name "ping", which its payload does not have'],
    [`id: 4\ndata: ${events[0]?.data}\n\n`, "has an identifier"],
    ["event: ping\n\n", "has no payload"],
    ["event: error\ndata: <a>\ndata: </a>\n\n", "has a payload of several lines"],
  ])("refuses to lose what is not in a payload: %j", async (text, problem) => {
    const folder = folderWith("run.sse", text);
    const type = ["--type", "response-event"];
    await succeed(["pack", "run.sse", "-o", "out.archive", ...type], folder);
    const { stderr, stdout, exitCode } = await stepwire(
      ["unpack", "out.archive", "--to", "payloads", ...type],
      { directory: folder },
    );
    expect(exitCode).toBe(1);
    expect(stdout.length).toBe(0);
    expect(stderr).toContain(`${problem}; --to sse writes the whole event`);
  });

  it("is known to roundtrip, which finds the type", async () => {
    const folder = folderWith("lines.jsonl", payloads);
    const parameters = ["roundtrip", "lines.jsonl", "--from", "payloads", "--json"];
    const { documents }: { documents: unknown } = JSON.parse(await succeed(parameters, folder));
    expect(documents).toMatchObject([
      { type: "response-event", events: events.length, result: "equal" },
    ]);
  });
});
