import { createReadStream } from "node:fs";
import { join } from "node:path";
import { buildProtos, createFolder } from "@stepwire/testing";
import { readArchive } from "@stepwire/wire";
import { describe, expect, it } from "vitest";
import { type CommandResult, stepwire } from "./support/stepwire.js";

const head = `
  syntax = "proto3";
  package acme.v1;
  import "stepwire/json/v1/json.proto";
  import "stepwire/json/v1/sse.proto";
`;

/** Two kinds of events: with names, and without. */
const events = `
  message Letter {
    option (stepwire.json.v1.message).constants = { name: "object" value: "letter" };
    string id = 1;
    stepwire.json.v1.JsonResidue json_residue = 2047;
  }
  message Parcel {
    option (stepwire.json.v1.message).constants = { name: "object" value: "parcel" };
    int64 weight = 1;
    stepwire.json.v1.JsonResidue json_residue = 2047;
  }
  message OtherEvent {
    string event = 1;
    optional string data = 2 [(stepwire.json.v1.field).verbatim = true];
  }
  message NamedEvent {
    oneof event {
      option (stepwire.json.v1.oneof).adjacent = { tag: "event" content: "data" };
      Letter letter = 1 [(stepwire.json.v1.field).tag_value = "letter.sent"];
      OtherEvent other = 3 [(stepwire.json.v1.field).any_other = true];
    }
    optional string text = 4 [(stepwire.json.v1.sse).text = true];
    stepwire.json.v1.JsonResidue json_residue = 2047;
  }
`;
const unnamed = `
  message UnnamedEvent {
    oneof event {
      option (stepwire.json.v1.oneof).adjacent = { tag: "event" content: "data" };
      Parcel parcel = 1 [(stepwire.json.v1.field).empty_tag = true];
      string end = 2 [
        (stepwire.json.v1.field) = { tag_value: "end" presence: PRESENCE_OPTIONAL },
        (stepwire.json.v1.sse) = { done_text: "[DONE]" done_unnamed: true }
      ];
      OtherEvent other = 3 [(stepwire.json.v1.field).any_other = true];
    }
    optional string text = 4 [(stepwire.json.v1.sse).text = true];
    stepwire.json.v1.JsonResidue json_residue = 2047;
  }
`;
const document = `
  message Archived {
    oneof archived {
      option (stepwire.json.v1.oneof).inline.tag = "object";
      Letter letter = 1;
      NamedEvent named = 2;
      UnnamedEvent unnamed = 3;
      string other = 9 [(stepwire.json.v1.field) = { verbatim: true any_other: true }];
    }
  }
`;

const schemas = {
  documents: buildProtos({ "acme/v1/a.proto": head + events + unnamed + document }),
  two: buildProtos({ "acme/v1/a.proto": head + events + unnamed }),
  one: buildProtos({ "acme/v1/a.proto": head + events }),
};

const letters = 'event: letter.sent\ndata: {"object":"letter","id":"l1"}\n\n';
const parcels = 'data: {"object":"parcel","weight":7}\n\ndata: [DONE]\n\n';
const foreign = 'event: acme.other\ndata: {"a":1}\n\n';

async function run(
  schema: keyof typeof schemas,
  parameters: readonly string[],
  stdin: string | Uint8Array,
): Promise<CommandResult> {
  const directory = createFolder({ "acme.binpb": schemas[schema] });
  return await stepwire([...parameters, "--descriptor=acme.binpb"], { stdin, directory });
}

/** The type that a round trip finds. */
async function typeOf(transcript: string): Promise<unknown> {
  const { stdout } = await run(
    "documents",
    ["roundtrip", "-", "--json", "--mode=archive"],
    transcript,
  );
  const { documents } = JSON.parse(stdout.toString());
  expect(documents).toMatchObject([{ result: "equal" }]);
  return documents[0].type;
}

describe("the type of a transcript", () => {
  it.each([
    ["the names of its events", letters, "named"],
    ["the payloads of events without names", parcels, "unnamed"],
    ["the end of the stream", "data: [DONE]\n\n", "unnamed"],
    ["most of its first events", foreign + parcels.slice(0, 38) + parcels, "unnamed"],
    ["the first type if nothing tells", foreign, "named"],
    [
      "valid events around refused ones",
      `${parcels}data: "\u0000${"[".repeat(200)}\n\n${parcels}`,
      "unnamed",
    ],
    ["the first type if it is empty", ": hello\n", "named"],
    [
      "an event of more than the sample",
      `data: {"object":"parcel","weight":7,"x":"${"y".repeat(600_000)}"}\n\n`,
      "unnamed",
    ],
    ["events before an incomplete one", `${parcels.slice(0, 38)}data: {"object":"par`, "unnamed"],
  ])("follows %s", async (_, transcript, type) => {
    expect(await typeOf(transcript)).toBe(type);
  });

  it("is found for each transcript, and each comes back from one archive", async () => {
    const directory = createFolder({
      "acme.binpb": schemas.documents,
      "1.sse": letters,
      "2.sse": parcels,
    });
    const options = { directory };
    await stepwire(["pack", ".", "-o", "a.pb", "--descriptor=acme.binpb"], options);
    const { stdout } = await stepwire(
      ["unpack", "a.pb", "--to=sse", "--descriptor=acme.binpb"],
      options,
    );
    expect(stdout.toString()).toBe(letters + parcels);
    const arms: (number | undefined)[] = [];
    for await (const { bytes } of readArchive(createReadStream(join(directory, "a.pb")))) {
      arms.push((bytes[0] ?? 0) >> 3);
    }
    expect(arms).toEqual([2, 3, 3]);
  });

  it("may be chosen with --type", async () => {
    const { stdout } = await run("documents", ["pack", "--type=unnamed"], letters);
    const text = await run("documents", ["unpack", "--type=unnamed", "--to=sse"], stdout);
    expect(text.stdout.toString()).toBe(letters);
    const { exitCode, stderr } = await run("documents", ["pack", "--type=letter"], letters);
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      "stepwire: acme.binpb: letter is not an event message, which a transcript needs; choose named or unnamed with --type\n",
    );
  });
});

describe("a schema without a document", () => {
  it("needs no --type if it has one event message", async () => {
    const { stdout } = await run("one", ["pack"], letters + foreign);
    const text = await run("one", ["unpack", "--to=sse"], stdout);
    expect(text.stdout.toString()).toBe(letters + foreign);
    const lines = await run("one", ["unpack", "--type=acme.v1.NamedEvent"], stdout);
    expect(lines.stdout.toString()).toContain('{"event":"acme.other","data":{"a":1}}\n');
  });

  it("needs --type if it has several", async () => {
    const { exitCode, stderr } = await run("two", ["pack"], letters);
    expect(exitCode).toBe(2);
    expect(stderr).toBe(
      "stepwire: acme.binpb: acme.v1.NamedEvent and acme.v1.UnnamedEvent are event messages; choose one with --type\n",
    );
    const packed = await run("two", ["pack", "--type=acme.v1.UnnamedEvent"], parcels);
    expect(packed.exitCode).toBe(0);
  });

  it("still needs --type for lines of JSON", async () => {
    const { exitCode, stderr } = await run("one", ["pack"], "{}\n");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("name the message with --type");
  });
});

describe("a schema without events", () => {
  it("cannot pack transcripts", async () => {
    const directory = createFolder({
      "acme.binpb": buildProtos({
        "acme/v1/a.proto": `${head} message Letter { string id = 1; }`,
      }),
    });
    const { exitCode, stderr } = await stepwire(["pack", "--descriptor=acme.binpb"], {
      directory,
      stdin: letters,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("the schema has no event message");
  });
});
