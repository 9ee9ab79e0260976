import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { createFolder } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { runStep, sample } from "./support/documents.js";
import { importMistakes } from "./support/import-mistakes.js";
import type { Mistake } from "./support/mistake.js";
import { runLine, wordsOf } from "./support/shell.js";
import { stepwire } from "./support/stepwire.js";

const step = runStep();
const indented = `${JSON.stringify(JSON.parse(step), undefined, 2)}\n`;
const lines = `${step}\n${runStep({ id: "step_2" })}\n`;
const stream = sample("stream.sse");
const binary = (await stepwire(["encode"], { stdin: step })).stdout;
const list = (await stepwire(["encode"], { stdin: sample("list.json") })).stdout;
const archive = (await stepwire(["pack"], { stdin: lines })).stdout;

/** `{"object":"thread.deleted","id":"a","deleted":true}`, as xz compresses it. */
const xz = Buffer.from(
  "/Td6WFoAAAFpIt42AgAhARwAAAAQz1jM4AAyAC9dAD2IieZkF7Kxzh07tV3i5Vvp0Je4bOUHOsDRd8rZ083Gv0jKYZxcyw6sckvEwA4AAADt8uD5AAFHM/8NbiCQQpkNAQAAAAABWVo=",
  "base64",
);

function nestedStep(levels: number): string {
  const deep = `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
  return runStep({ extra: 0 }).replace('"extra":0', `"extra":${deep}`);
}

const mistakes: readonly Mistake[] = [
  {
    name: "encode of JSON Lines",
    run: "encode steps.jsonl -o steps.binpb",
    files: { "steps.jsonl": lines },
    says: /steps\.jsonl: is JSON Lines: 2 lines with a document each/,
    offers: "stepwire pack steps.jsonl -o steps.archive",
  },
  {
    name: "encode of a transcript",
    run: "encode run.sse",
    files: { "run.sse": stream },
    says: /run\.sse: is a transcript of server-sent events/,
    offers: "stepwire pack run.sse -o run.archive",
  },
  {
    name: "encode of an array of documents",
    run: "encode all.json",
    files: { "all.json": `[${step},${step}]` },
    says: /all\.json: is a JSON array of 2 elements, not an object/,
    offers: "jq -c '.[]' < all.json | stepwire pack -o all.archive",
    missing: { jq: lines },
  },
  {
    name: "encode of a message that is binary already",
    run: "encode step.binpb",
    files: { "step.binpb": binary },
    says: /step\.binpb: the bytes can be read with --type run-step$/m,
    offers: "stepwire decode step.binpb --type run-step",
    writes: /"thread\.run\.step"/,
  },
  {
    name: "encode of an archive",
    run: "encode steps.archive",
    files: { "steps.archive": archive },
    says: /steps\.archive: is an archive of stepwire pack/,
    offers: "stepwire unpack steps.archive",
    writes: /step_2/,
  },
  {
    name: "encode of an object of no known type",
    run: "encode letter.json -o letter.binpb",
    files: { "letter.json": '{"object":"letter"}' },
    says: /letter\.json: the members object and event do not tell what it is/,
    offers: "stepwire encode letter.json --mode archive -o letter.binpb",
  },
  {
    name: "encode of a document that lacks members",
    run: "encode step.json --mode strict -o 'my step'",
    files: { "step.json": runStep({ status: 7 }) },
    says: /step\.json: archive mode keeps the document as it is/,
    offers: "stepwire encode step.json --mode archive -o 'my step'",
  },
  {
    name: "encode with the type of another document",
    run: "encode list.json --type run-step",
    files: { "list.json": sample("list.json") },
    says: /list\.json: is a run-step-list/,
    offers: "stepwire encode list.json --type run-step-list",
  },
  {
    name: "encode of an error of the API",
    run: "encode answer.json",
    files: { "answer.json": '{"error":{"message":"Incorrect API key","code":"invalid_api_key"}}' },
    says: /answer\.json: is an error answer of the API/,
    offers: "stepwire encode answer.json --mode archive",
  },
  {
    name: "encode of a document that was cut off",
    run: "encode step.json",
    files: { "step.json": indented.slice(0, 200) },
    says: /step\.json: ends after 200 bytes, within the document; .* copy or download it again/,
  },
  {
    name: "encode of a document that is nested too deep",
    run: "encode deep.json",
    files: { "deep.json": nestedStep(150) },
    says: /deep\.json: has values nested 151 levels deep/,
    offers: "stepwire encode deep.json --max-depth 151",
  },
  {
    name: "encode of UTF-16, as PowerShell writes it",
    run: "encode step.json",
    files: { "step.json": Buffer.from(`\ufeff${step}`, "utf16le") },
    says: /step\.json: is UTF-16 text, .* JSON is UTF-8/,
    offers: "iconv -f UTF-16 -t UTF-8 step.json | stepwire encode",
  },
  {
    name: "encode of text with a byte order mark",
    run: "encode step.json",
    files: { "step.json": `\ufeff${step}` },
    says: /step\.json: begins with a byte order mark/,
    offers: "tail -c +4 step.json | stepwire encode",
  },
  {
    name: "encode of a file compressed with another program",
    run: "encode step.json.xz",
    files: { "step.json.xz": xz },
    says: /step\.json\.xz: is compressed with xz; only gzip and zstd are read as they are/,
    offers: "xz -dc step.json.xz | stepwire encode",
    missing: { xz: step },
  },
  {
    name: "encode of an HTML page",
    run: "encode answer.json",
    files: { "answer.json": "<!doctype html><title>502</title>" },
    says: /answer\.json: is HTML or XML, such as the error page of a proxy/,
  },
  {
    name: "encode of an empty file",
    run: "encode step.json",
    files: { "step.json": "" },
    says: /step\.json: is empty; did the program fail/,
  },
  {
    name: "decode of JSON",
    run: "decode step.json --type run-step",
    files: { "step.json": indented },
    says: /step\.json: is a JSON document, not binary/,
    offers: "stepwire encode step.json --mode archive -o step.binpb",
  },
  {
    name: "inspect of JSON",
    run: "inspect step.json --type run-step",
    files: { "step.json": indented },
    says: /step\.json: is a JSON document, not binary/,
    offers: "stepwire encode step.json --mode archive | stepwire inspect --type run-step",
    writes: /created_at/,
  },
  {
    name: "decode of an archive",
    run: "decode steps.archive --type run-step",
    files: { "steps.archive": archive },
    says: /steps\.archive: is an archive of stepwire pack/,
    offers: "stepwire unpack steps.archive",
    writes: /step_2/,
  },
  {
    name: "decode with another type, which fails",
    run: "decode list.binpb --type run-step --pretty",
    files: { "list.binpb": list },
    says: /list\.binpb: the bytes can be read with --type run-step-list$/m,
    offers: "stepwire decode list.binpb --type run-step-list --pretty",
    writes: /"has_more": false/,
  },
  {
    name: "decode without a type",
    run: "decode step.binpb",
    files: { "step.binpb": binary },
    exitCode: 2,
    says: /option '--type <type>' not specified.*\n.*step\.binpb: the bytes can be read with --type run-step$/m,
    offers: "stepwire decode step.binpb --type run-step",
    writes: /"thread\.run\.step"/,
  },
  {
    name: "inspect without a type, from a pipe",
    run: "inspect",
    stdin: binary,
    exitCode: 2,
    says: /option '--type <type>' not specified/,
    offers: "stepwire inspect --type run-step",
    writes: /created_at/,
  },
  {
    name: "a misspelt type",
    run: "encode step.json --type run-stpe",
    files: { "step.json": step },
    exitCode: 2,
    says: /'run-stpe' is invalid\. Allowed choices are auto, run-step.*Did you mean run-step/s,
    offers: "stepwire encode step.json --type run-step",
  },
  {
    name: "a type as JSON spells it",
    run: "encode step.json --type=thread.run.step",
    files: { "step.json": step },
    exitCode: 2,
    says: /Did you mean run-step\?/,
    offers: "stepwire encode step.json --type=run-step",
  },
  {
    name: "decode of base64",
    run: "decode step.txt --type run-step",
    files: { "step.txt": `${binary.toString("base64")}\n` },
    says: /step\.txt: is base64 text of a binary message/,
    offers: "base64 -d step.txt | stepwire decode --type run-step",
    writes: /"thread\.run\.step"/,
  },
  {
    name: "decode of hexadecimal digits, without a type",
    run: "decode",
    stdin: binary.toString("hex"),
    exitCode: 2,
    says: /standard input: is hexadecimal text of a binary message/,
    offers: "xxd -r -p | stepwire decode --type run-step",
    missing: { xxd: binary },
    writes: /"thread\.run\.step"/,
  },
  {
    name: "version as a command",
    run: "version",
    exitCode: 2,
    says: /unknown command 'version'/,
    offers: "stepwire --version",
    writes: /^\d+\.\d+\.\d+$/m,
  },
  {
    name: "roundtrip without a file",
    run: "roundtrip",
    exitCode: 2,
    says: /missing required argument 'file'.*\n.*\n.*name files or folders: stepwire roundtrip FILE/,
  },
  {
    name: "decode of a message that was cut off",
    run: "decode step.binpb --type run-step",
    files: { "step.binpb": binary.subarray(0, -3) },
    says: /step\.binpb: may be cut off or damaged; inspect shows what is there/,
    offers: "stepwire inspect step.binpb --type run-step",
    writes: /created_at/,
    isDamaged: true,
  },
  {
    name: "a folder where a file is needed",
    run: "encode steps -o step.binpb",
    says: /steps: is a directory; name a file in it, or use roundtrip or pack, which read all/,
    offers: "stepwire roundtrip steps",
    writes: /a\.jsonl:2/,
  },
  {
    name: "a folder of binary messages",
    run: "decode binary --type run-step",
    says: /binary: is a directory; name a file in it/,
    offers: "stepwire decode binary/step.binpb --type run-step",
    writes: /"thread\.run\.step"/,
  },
  {
    name: "a misspelt file",
    run: "encode stpe.json",
    files: { "step.json": step },
    says: /stpe\.json: no such file or directory; did you mean step\.json\?/,
    offers: "stepwire encode step.json",
  },
  {
    name: "a file as the command",
    run: "step.json",
    files: { "step.json": step },
    exitCode: 2,
    says: /unknown command 'step\.json'/,
    offers: "stepwire roundtrip step.json",
    writes: /1 document/,
  },
  {
    name: "the output without -o",
    run: "encode step.json step.binpb",
    files: { "step.json": step },
    exitCode: 2,
    says: /too many arguments.*\n.*\n.* -o names the file to write/,
    offers: "stepwire encode step.json -o step.binpb",
  },
  {
    name: "an output in a folder that does not exist",
    run: "encode step.json -o new/folder/step.binpb",
    files: { "step.json": step },
    says: /new\/folder\/step\.binpb: the folder new\/folder does not exist/,
    offers: "mkdir -p new/folder && stepwire encode step.json -o new/folder/step.binpb",
  },
  {
    name: "a folder as the output",
    run: "encode step.json -o steps",
    files: { "step.json": step },
    says: /steps: is a directory; name a file in it, such as -o steps\/out/,
  },
  {
    name: "an indented document for pack",
    run: "pack step.json -o step.archive",
    files: { "step.json": indented },
    says: /step\.json: is one document on several lines; pack reads one on each line/,
    offers: "tr -d '\\r\\n' < step.json | stepwire pack -o step.archive",
  },
  {
    name: "an indented document for pack, from a pipe",
    run: "pack",
    stdin: indented,
    says: /standard input: is one document on several lines; pack reads one on each line/,
    offers: "tr -d '\\r\\n' | stepwire pack -o out.archive",
  },
  {
    name: "an HTML page for pack, from a pipe",
    run: "pack",
    stdin: "<html><title>502 Bad Gateway</title>",
    says: /standard input: is HTML or XML, such as the error page of a proxy/,
  },
  {
    name: "unpack of compressed JSON Lines, from a pipe",
    run: "unpack",
    stdin: gzipSync(lines),
    says: /standard input: is JSON Lines/,
    offers: "stepwire pack -o out.archive",
  },
  {
    name: "roundtrip of lines, from a pipe",
    run: "roundtrip -",
    stdin: lines,
    says: /standard input: is JSON Lines/,
    offers: "stepwire roundtrip - --from jsonl",
    writes: /2 documents/,
  },
  {
    name: "pack of an archive",
    run: "pack steps.archive -o all.archive",
    files: { "steps.archive": archive },
    says: /steps\.archive: is an archive of stepwire pack/,
    offers: "stepwire unpack steps.archive",
    writes: /step_2/,
  },
  {
    name: "pack of a compressed file that was cut off",
    run: "pack steps.jsonl.gz -o steps.archive",
    files: { "steps.jsonl.gz": gzipSync(lines).subarray(0, -9) },
    says: /steps\.jsonl\.gz: the gzip data is cut off; copy or download it again/,
  },
  {
    name: "unpack of JSON Lines",
    run: "unpack steps.jsonl",
    files: { "steps.jsonl": lines },
    says: /steps\.jsonl: is JSON Lines/,
    offers: "stepwire pack steps.jsonl -o steps.archive",
  },
  {
    name: "unpack of one message",
    run: "unpack step.binpb",
    files: { "step.binpb": binary },
    says: /step\.binpb: the bytes can be read with --type run-step$/m,
    offers: "stepwire decode step.binpb --type run-step",
    writes: /"thread\.run\.step"/,
  },
  {
    name: "roundtrip of an archive",
    run: "roundtrip steps.archive",
    files: { "steps.archive": archive },
    says: /steps\.archive: is an archive of stepwire pack/,
    offers: "stepwire unpack steps.archive",
    writes: /step_2/,
  },
  {
    name: "roundtrip of lines in a file named .json",
    run: "roundtrip steps.json",
    files: { "steps.json": lines },
    says: /steps\.json: is JSON Lines/,
    offers: "stepwire roundtrip steps.json --from jsonl",
    writes: /2 documents/,
  },
];

describe("a folder with one document in each file", () => {
  it("is no input for pack, which says how to pack it", async () => {
    const directory = createFolder({ "step.json": indented, "it's another.json": indented });
    const { exitCode, stderr } = await stepwire(["pack", ".", "-o", "a.archive"], { directory });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(
      /^stepwire: \.: has no .*\nstepwire: \.: has 2 files with the ending \.json; pack reads one/,
    );
    const [, find, pack] = /try: (.*) \| (stepwire pack .*)\n$/.exec(stderr) ?? [];
    const { stdout: stdin } = spawnSync("sh", ["-c", find ?? ""], { cwd: directory });
    await runLine(pack ?? "", { directory, stdin });
    expect(await runLine("stepwire unpack out.archive", { directory })).toBe(
      `${JSON.stringify(JSON.parse(step))}\n`.repeat(2),
    );
  });

  it("has a remark if pack leaves them out", async () => {
    const directory = createFolder({ "step.json": indented, "a.jsonl": lines });
    const setting = { directory, stderrIsTerminal: true };
    const { stderr } = await stepwire(["pack", ".", "-o", "a.archive"], setting);
    expect(stderr).toContain(
      ".: 1 file with the ending .json left out, because one line is one document\n",
    );
  });
});

describe("no file, on a terminal", () => {
  const terminal = { stdinIsTerminal: true };

  it.each(["decode", "inspect"])("%s says that it needs one", async (command) => {
    const { exitCode, stderr } = await stepwire([command, "--type", "run-step"], terminal);
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      `stepwire: standard input is a terminal, where binary cannot be typed; name a file: stepwire ${command} FILE --type run-step\n`,
    );
  });

  it("decode without a type does not wait", async () => {
    const { exitCode, stderr } = await stepwire(["decode"], terminal);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("required option '--type <type>' not specified");
  });

  it.each(["encode", "pack"])("%s says that it waits, and how to name a file", async (command) => {
    const { exitCode, stderr } = await stepwire([command], {
      ...terminal,
      stderrIsTerminal: true,
      stdin: step,
    });
    expect(exitCode).toBe(0);
    expect(stderr).toContain(
      "Reading from the terminal; Ctrl-D on a line of its own ends the input, Ctrl-C stops. To read a file, name it after the command.\n",
    );
  });
});

describe("a mistake of a newcomer", () => {
  it.each([...mistakes, ...importMistakes])("$name: $run", async (mistake) => {
    const {
      run,
      files = {},
      stdin = "",
      exitCode = 1,
      says,
      offers,
      writes,
      isDamaged,
      missing,
    } = mistake;
    const directory = createFolder(files);
    mkdirSync(join(directory, "steps"));
    writeFileSync(join(directory, "steps/a.jsonl"), lines);
    mkdirSync(join(directory, "binary"));
    writeFileSync(join(directory, "binary/step.binpb"), binary);
    const before = readdirSync(directory);
    const ended = await stepwire(wordsOf(run), { directory, stdin });
    expect(ended.stderr).toMatch(says);
    expect(ended.exitCode).toBe(exitCode);
    expect(ended.stderr).toMatch(/^(?:stepwire: .*\n|Add --help for help\.\n)+$/);
    expect(readdirSync(directory)).toEqual(before);
    const offered = [...ended.stderr.matchAll(/^stepwire: try: (.*)$/gm)].map(([, line]) => line);
    expect(offered.at(-1)).toBe(offers);
    for (const line of offered) {
      const output = await runLine(line ?? "", { directory, stdin, mayFail: isDamaged, missing });
      expect(output).toMatch(writes ?? /^/);
    }
  });

  it("are many", () => {
    expect(mistakes.length).toBeGreaterThanOrEqual(15);
  });
});
