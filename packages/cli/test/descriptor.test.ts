import { readFileSync } from "node:fs";
import { join } from "node:path";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { type FileDescriptorProto, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { DocumentSchema } from "@stepwire/core";
import { buildProtos, createFolder } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { builtIn } from "../src/schema/model.js";
import { letterProto } from "./support/descriptors.js";
import { runStep } from "./support/documents.js";
import { ended, startStepwire } from "./support/process.js";
import { type CommandResult, stepwire } from "./support/stepwire.js";

const letters = buildProtos({ "acme/v1/letter.proto": letterProto });
const set = fromBinary(FileDescriptorSetSchema, letters);

function withFiles(file: readonly FileDescriptorProto[]): Uint8Array {
  return toBinary(FileDescriptorSetSchema, create(FileDescriptorSetSchema, { file: [...file] }));
}

const letter = '{"object":"letter","id":"l1","sent_at":7,"stamp":1.50}';
const page = `{"object":"list","data":[${letter}]}`;

/** Runs a command with a descriptor set in the file `acme.binpb`. */
async function run(
  parameters: readonly string[],
  stdin: string | Uint8Array = "",
  descriptors: Uint8Array | string = letters,
): Promise<CommandResult & { readonly directory: string }> {
  const directory = createFolder({ "acme.binpb": descriptors, "a.json": letter, "b.json": page });
  const result = await stepwire([...parameters, "--descriptor", "acme.binpb"], {
    stdin,
    directory,
  });
  return { ...result, directory };
}

async function output(parameters: readonly string[], stdin: string | Uint8Array): Promise<Buffer> {
  const { exitCode, stdout, stderr } = await run(parameters, stdin);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout;
}

describe("the built-in schema", () => {
  it("has the names of the arms of its documents", () => {
    const arms = DocumentSchema.fields.filter(({ fieldKind }) => fieldKind === "message");
    const names = arms.map(({ name }) => name.replaceAll("_", "-"));
    expect(names).toContain("run-step-list");
    expect(builtIn.typeNames).toEqual([...names, "document"]);
  });

  it("has each message under its full name too", async () => {
    const binary = (await stepwire(["encode"], { stdin: runStep() })).stdout;
    const type = builtIn.message("run-step").typeName;
    const { stdout } = await stepwire(["decode", "--type", type], { stdin: binary });
    expect(JSON.parse(stdout.toString())).toEqual(JSON.parse(runStep()));
  });
});

describe("--descriptor", () => {
  it("encodes and decodes what the arms of the schema's documents are", async () => {
    for (const [json, type] of [
      [letter, "letter"],
      [page, "letter-page"],
    ] as const) {
      const binary = await output(["encode"], json);
      expect(await output(["encode", "--type", type], json)).toEqual(binary);
      expect((await output(["decode", "--type", type], binary)).toString()).toBe(`${json}\n`);
    }
  });

  it("takes the name of the documents, and full names", async () => {
    const binary = await output(["encode", "--type", "archived"], '{"object":"x"}');
    const back = await output(["decode", "--type", "acme.v1.Archived"], binary);
    expect(back.toString()).toBe('{"object":"x"}\n');
  });

  it("inspects any message, also one without a JSON form", async () => {
    const binary = await output(["encode"], letter);
    const listing = (await output(["inspect", "--type", "letter"], binary)).toString();
    expect(listing).toContain('id = "l1"');
    expect(listing).toContain('json_residue.members["stamp"]');
    const plain = await output(
      ["inspect", "--type", "acme.v1.Plain"],
      Buffer.from("0a0178", "hex"),
    );
    expect(plain.toString()).toContain('text = "x"');
  });

  it("names the types of a round trip", async () => {
    const { exitCode, stdout } = await run(["roundtrip", "a.json", "b.json", "--json"]);
    expect(exitCode).toBe(0);
    const { documents } = JSON.parse(stdout.toString());
    expect(documents).toMatchObject([
      { document: "a.json", type: "letter", result: "equal", residue: { member: 1 } },
      { document: "b.json", type: "letter-page", result: "equal", residue: { member: 1 } },
    ]);
  });

  it("makes round trips of one type", async () => {
    const { stdout } = await run(["roundtrip", "a.json", "--type", "archived", "--json"]);
    const { documents } = JSON.parse(stdout.toString());
    expect(documents).toMatchObject([{ type: "archived", result: "equal" }]);
    const refused = await run(["roundtrip", "b.json", "--type", "letter", "--mode", "strict"]);
    expect(refused.exitCode).toBe(1);
  });

  it("packs and unpacks documents, and messages of one type", async () => {
    const lines = `${letter}\n${page}\n{"object":"x"}\n`;
    const { stdout: archive } = await run(["pack"], lines);
    expect((await run(["unpack"], archive)).stdout.toString()).toBe(lines);
    const { stdout: messages } = await run(["pack", "--type", "letter"], `${letter}\n`);
    expect(messages.length).toBeLessThan(archive.length);
    const back = await run(["unpack", "--type", "acme.v1.Letter"], messages);
    expect(back.stdout.toString()).toBe(`${letter}\n`);
  });

  it("reaches the threads of pack and unpack", { timeout: 60_000 }, async () => {
    const lines = Array.from(
      { length: 40_000 },
      (_, index) => `{"object":"letter","id":"${index} ${"x".repeat(800)}"}`,
    );
    const directory = createFolder({
      "acme.binpb": letters,
      "in.jsonl": `${lines.join("\n")}\n`,
      "spoiled.jsonl": lines.with(39_000, "[]").join("\n"),
    });
    const threads = (...parameters: string[]): Promise<unknown> => {
      const options = ["--descriptor", "acme.binpb", "--jobs", "2"];
      return ended(startStepwire([...parameters, ...options], { directory }));
    };
    const success = { exitCode: 0, stderr: "" };
    expect(await threads("pack", "in.jsonl", "-o", "a.pb")).toMatchObject(success);
    expect(await threads("unpack", "a.pb", "-o", "out.jsonl")).toMatchObject(success);
    const [given, back] = ["in.jsonl", "out.jsonl"].map((name) => {
      return readFileSync(join(directory, name));
    });
    expect(back?.equals(given ?? Buffer.alloc(0))).toBe(true);
    expect(await threads("pack", "spoiled.jsonl", "-o", "b.pb")).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("spoiled.jsonl:39001:1: the document: not_an_object"),
    });
  });
});

describe("--descriptor of a wrong file", () => {
  it.each([
    ["text", letterProto],
    ["JSON", letter],
    ["nothing", ""],
    ["a message of another type", Buffer.from("0a0178", "hex")],
  ])("says how to build one instead of %s", async (_name, content) => {
    const { exitCode, stdout, stderr } = await run(["encode"], letter, content);
    expect(exitCode).toBe(1);
    expect(stdout).toHaveLength(0);
    expect(stderr).toContain(
      "stepwire: acme.binpb: not a binary FileDescriptorSet; build one with",
    );
    expect(stderr).toContain("protoc --include_imports");
  });

  it("names the imports that are missing", async () => {
    const alone = withFiles(set.file.filter(({ name }) => name.startsWith("acme/")));
    const { exitCode, stderr } = await run(["inspect", "--type", "letter"], "", alone);
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      "acme.binpb: the descriptor set lacks stepwire/json/v1/json.proto (imported by acme/v1/letter.proto); build one with",
    );
  });

  it("says that it is damaged", async () => {
    const damaged = structuredClone(set.file);
    for (const field of damaged.flatMap(({ messageType }) => messageType[1]?.field ?? [])) {
      field.typeName &&= ".acme.v1.Nothing";
    }
    const { exitCode, stderr } = await run(["encode"], letter, withFiles(damaged));
    expect(exitCode).toBe(1);
    expect(stderr).toContain("stepwire: acme.binpb: the descriptor set is damaged; build one with");
  });

  it("says that there is no such file", async () => {
    const { exitCode, stderr } = await stepwire(["encode", "--descriptor", "nothing.binpb"]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: "stepwire: nothing.binpb: no such file or directory\n",
    });
  });
});

describe("a type that the schema does not have", () => {
  it.each([
    ["Letter", "letter or acme.v1.Letter"],
    ["leter", "letter or acme.v1.Letter"],
    ["acme.v1.Lettre", "acme.v1.Letter"],
    ["plain", "acme.v1.Plain"],
  ])("%s: did you mean %s", async (type, suggestion) => {
    for (const command of ["encode", "decode", "inspect", "pack", "unpack"]) {
      const { exitCode, stdout, stderr } = await run([command, "--type", type]);
      expect(exitCode).toBe(2);
      expect(stdout).toHaveLength(0);
      expect(stderr).toContain(
        "letter, letter-page, archived, or the full name of a message. (Did you mean",
      );
      expect(stderr).toContain(suggestion);
    }
  });

  it("is told of without a suggestion if it is like no other", async () => {
    const { stderr } = await run(["decode", "--type", "zzz"]);
    expect(stderr).not.toContain("Did you mean");
  });

  it("may have no JSON form, which is told with every mistake", async () => {
    const { exitCode, stderr } = await run(["encode", "--type", "acme.v1.Plain"], "{}");
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(
      /^stepwire: acme\.binpb: acme\.v1\.Plain has no JSON form: .*\nstepwire: acme\.binpb: acme\.v1\.Plain: /,
    );
  });
});

describe("auto", () => {
  const message = (name: string): string => letterProto.slice(letterProto.indexOf(name));
  const head = letterProto.slice(0, letterProto.indexOf("message Archived"));
  const none = buildProtos({ "acme/v1/letter.proto": head });
  const two = buildProtos({
    "acme/v1/letter.proto": `${letterProto}${message("message Archived")
      .replace("Archived", "Stored")
      .replace(/message Plain.*/s, "")}`,
  });

  it.each(["encode", "pack", "unpack"])("needs documents in the schema: %s", async (command) => {
    const { exitCode, stderr } = await run([command], letter, none);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("acme.binpb: no message tells which object is which");
    expect(stderr).toMatch(/such as --type acme\.v1\.Letter\n$/);
    const named = await run([command, "--type", "acme.v1.Letter"], "", none);
    expect(named.exitCode).toBe(command === "encode" ? 1 : 0);
  });

  it("needs to know which of several", async () => {
    const { exitCode, stderr } = await run(["pack"], letter, two);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("acme.v1.Archived and acme.v1.Stored all tell which object is which");
    const named = await run(["pack", "--type", "acme.v1.Stored"], letter, two);
    expect(named.exitCode).toBe(0);
  });

  it("says by which members it goes", async () => {
    const { exitCode, stderr } = await run(["encode"], '{"object":"x"}');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr:
        "stepwire: standard input: the member object does not tell what it is; say so with --type\n" +
        "stepwire: standard input: archive mode keeps the document as it is\n" +
        "stepwire: try: stepwire encode --mode archive --descriptor acme.binpb\n",
    });
  });
});

describe("help", () => {
  it.each(["encode", "decode", "inspect", "roundtrip", "pack", "unpack"])(
    "of %s says how to use a schema of one's own",
    async (command) => {
      const { stdout } = await stepwire([command, "--help"]);
      expect(stdout.toString()).toContain("--descriptor <file>");
      expect(stdout.toString()).toContain("$ buf build -o acme.binpb");
      expect(stdout.toString()).toMatch(/\$ stepwire .* --descriptor acme\.binpb/);
    },
  );
});
