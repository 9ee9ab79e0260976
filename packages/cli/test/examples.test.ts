import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildProtos, createFolder } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { sample } from "./support/documents.js";
import { PROXY, startProxy } from "./support/proxy.js";
import { runLine } from "./support/shell.js";
import { stepwire } from "./support/stepwire.js";
import { succeed } from "./support/transcripts.js";

const step = sample("all-tools.json").replaceAll(/\n */g, "");
const lines = `${step}\n`.repeat(2);
const thing = '{"object":"thing","id":"t1"}';
const things = buildProtos({
  "acme/v1/thing.proto": `
    syntax = "proto3";
    package acme.v1;
    import "stepwire/json/v1/json.proto";
    message Thing {
      option (stepwire.json.v1.message).constants = { name: "object" value: "thing" };
      string id = 1;
      stepwire.json.v1.JsonResidue json_residue = 2047;
    }
    message Archived {
      oneof archived {
        option (stepwire.json.v1.oneof).inline.tag = "object";
        Thing thing = 1;
      }
    }`,
});

const openapi = `
openapi: 3.1.0
components:
  schemas:
    Kettle:
      type: object
      required: [id]
      properties:
        id: { type: string }
        lid: { $ref: "#/components/schemas/Lid" }
    Lid:
      type: object
      properties:
        color: { type: string }
`;
const config = `
package: acme.kettle.v1
roots: [Kettle]
`;

/** Creates a folder with all files that examples name. */
async function createExamples(): Promise<string> {
  const directory = createFolder({
    "acme.binpb": things,
    "step.json": step,
    "step.json.gz": gzipSync(step),
    "other.json": '{"object":"letter"}',
    "thing.json": thing,
    "payloads.jsonl": '{"type":"keepalive","sequence_number":3}\n',
    "things.jsonl": `${thing}\n`,
    "all.jsonl": lines,
    "all.jsonl.gz": gzipSync(lines),
    "2026-01.jsonl": lines,
    "2026-02.jsonl.gz": gzipSync(lines),
    "run.sse": sample("stream.sse"),
    "openapi.yaml": openapi,
    "import.yaml": config,
    "sent.sse": sample("stream.sse"),
    "received.sse": sample("stream.sse"),
    rewrite: "#!/bin/sh\nexec cat\n",
    "rewrite.js": rewriteLines,
  });
  chmodSync(join(directory, "rewrite"), 0o755);
  for (const [folder, file, content] of [
    ["exports", "a.jsonl", lines],
    ["streams", "a.sse", sample("stream.sse")],
    ["things", "a.json", thing],
  ] as const) {
    mkdirSync(join(directory, folder));
    writeFileSync(join(directory, folder, file), content);
  }
  const own = ["--descriptor", "acme.binpb"];
  await succeed(["encode", "step.json", "-o", "step.binpb"], directory);
  await succeed(["encode", "thing.json", ...own, "-o", "thing.binpb"], directory);
  await succeed(["pack", "all.jsonl", "-o", "all.archive"], directory);
  await succeed(["pack", "all.jsonl", "-o", "damaged.archive"], directory);
  await succeed(["pack", "run.sse", "-o", "run.archive"], directory);
  await succeed(["pack", "things.jsonl", ...own, "-o", "things.archive"], directory);
  return directory;
}

/** A program for `doctor --lines` that changes nothing. */
const rewriteLines = `
import { createInterface } from "node:readline";
for await (const line of createInterface({ input: process.stdin })) {
  console.log(JSON.stringify({ output: JSON.parse(line).text }));
}
`;

/** What `curl` answers: a transcript to pack, and a document to others. */
function download(line: string): string {
  return line.includes("stepwire pack") ? sample("stream.sse") : step;
}

async function run(line: string, directory: string): Promise<string> {
  const proxy = line.includes(PROXY) ? await startProxy() : undefined;
  try {
    const known = line.replace("TYPE", "run-step").replace(PROXY, proxy?.options ?? "");
    return await runLine(known, { directory, programs: { curl: download(line), buf: "" } });
  } finally {
    proxy?.close();
  }
}

describe("the examples in the help", () => {
  const commands = [
    "",
    "encode",
    "decode",
    "pack",
    "unpack",
    "roundtrip",
    "inspect",
    "table",
    "import",
    "doctor",
  ];

  it.each(commands)("issue 16: of stepwire %s work", async (command) => {
    const { stdout } = await stepwire([command, "--help"].filter(Boolean));
    const [, section = ""] = stdout.toString().split("\nExamples:\n");
    const examples = [...section.matchAll(/^ {2}\$ (.*)$/gm)].map(([, line = ""]) => line);
    expect(examples.length).toBeGreaterThan(command === "table" ? 0 : 2);
    const directory = await createExamples();
    for (const line of examples) {
      await run(line, directory);
    }
  });
});

describe("docs/doctor.md", () => {
  it("issue 19: has command lines that work", async () => {
    const page = readFileSync(join(import.meta.dirname, "../../../docs/doctor.md"), "utf8");
    const [, block = ""] = /^```sh\n([\s\S]*?)^```/m.exec(page) ?? [];
    const examples = block.split("\n").filter((line) => line.startsWith("stepwire "));
    expect(examples).toHaveLength(3);
    const directory = await createExamples();
    for (const line of examples) {
      expect(await run(line.replace(/ +# .*/, ""), directory), line).toMatch(/came through/);
    }
  });
});

describe("the README of the package", () => {
  it("issue 16: has command lines that work, in their order", async () => {
    const readme = readFileSync(join(import.meta.dirname, "../README.md"), "utf8");
    const blocks = [...readme.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map(([, block = ""]) => block);
    const examples = blocks
      .flatMap((block) => block.split("\n"))
      .map((line) => line.replace(/ +# .*/, "").replace(/ >>? ~\/.*/, ""))
      .filter((line) => /(?:^|\| )stepwire /.test(line));
    expect(examples.length).toBeGreaterThan(20);
    const directory = await createExamples();
    for (const line of examples) {
      expect(await run(line, directory), line).toBeDefined();
    }
  });
});
