import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { createAccumulator } from "@stepwire/accumulate";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { decodeEvents, decodeEventsToBinary, encodeEventFromBinary } from "@stepwire/openai-sse";
import { countDocuments } from "@stepwire/openai-sse/internal";
import { createFolder, jsonDifference, startGateway } from "@stepwire/testing";
import { createTranscoder } from "@stepwire/transcode";
import { describe, expect, it, onTestFinished } from "vitest";
import { buildFamily, documentOf, eventText } from "./family.js";
import { listen, runCommand } from "./programs.js";

const family = buildFamily();
const { document, types, event, eventArms } = family;

/** Some documents of each type, and an event of each kind. */
const samples = [
  ...[...types].flatMap(([type, schema]) =>
    Array.from({ length: 5 }, (_, seed) => ({ type, schema, json: documentOf(schema, seed) })),
  ),
  ...eventArms.map((arm) => ({ type: "event", schema: event, json: eventText(arm) })),
];

it("is a family of three objects and more, a delta, and 40 kinds of events", () => {
  expect([...types.keys()]).toEqual(["kettle", "recipe", "recipe-list", "recipe-delta", "event"]);
  expect(new Set(eventArms.map(({ name }) => name)).size).toBe(39);
  expect(event.fields.filter(({ oneof }) => oneof !== undefined)).toHaveLength(40);
});

describe("both engines", () => {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

  it.each(["the type", "the union of all documents"])("agree on each sample as %s", (as) => {
    for (const { schema: own, json } of samples) {
      const schema = as === "the type" ? own : document;
      const transcoder = createTranscoder(schema, { mode: "strict" });
      const message = parseOpenAI(schema, json, { mode: "strict" });
      const binary = transcoder.toBinary(encode(json));
      expect(Buffer.from(binary).equals(toBinary(schema, message))).toBe(true);
      const back = Buffer.from(transcoder.toJson(binary)).toString();
      expect(back).toBe(stringifyOpenAI(schema, fromBinary(schema, binary)));
      expect(jsonDifference(json, back)).toBeUndefined();
      expect(transcoder.fallbacks).toBe(0);
    }
  });

  it("keep what the family does not know", () => {
    const json = '{"event":"kitchen.fire","data":{"at":1.50},"loud":true}';
    const transcoder = createTranscoder(event);
    const binary = transcoder.toBinary(encode(json));
    expect(Buffer.from(binary).equals(toBinary(event, parseOpenAI(event, json)))).toBe(true);
    expect(Buffer.from(transcoder.toJson(binary)).toString()).toBe(json);
    expect(transcoder.fallbacks).toBe(0);
  });
});

describe("server-sent events", () => {
  it("go both ways without a document, whatever the kind", async () => {
    const before = countDocuments(event);
    // The end of the stream is spelled `[DONE]`; it is tested with the accumulator.
    for (const { name, data } of eventArms.filter((arm) => arm.name !== "done")) {
      const payload = JSON.stringify(JSON.parse(data));
      const text = Buffer.from(`event: ${name}\ndata: ${payload}\n\n`);
      const binary = await onlyOf(decodeEventsToBinary(event, chunks(text)));
      const message = parseOpenAI(event, `{"event":${JSON.stringify(name)},"data":${payload}}`);
      expect(Buffer.from(binary).equals(toBinary(event, message))).toBe(true);
      const again = Buffer.from(encodeEventFromBinary(event, binary)).toString();
      const [head = "", written = ""] = again.split("\ndata: ");
      expect(head).toBe(`event: ${name}`);
      expect(jsonDifference(payload, written)).toBeUndefined();
    }
    expect(countDocuments(event)).toBe(before);
  });
});

const recipeStream = `event: kitchen.recipe.created
data: {"id":"recipe_1","object":"kitchen.recipe","title":"Te","steps":[]}

event: kitchen.recipe.delta
data: {"id":"recipe_1","object":"kitchen.recipe.delta","delta":{"title":"a","steps":[{"index":0,"type":"text","text":"Boil "}]}}

event: kitchen.recipe.delta
data: {"id":"recipe_1","object":"kitchen.recipe.delta","delta":{"steps":[{"index":0,"text":"water."}]}}

event: done
data: [DONE]

`;

describe("an accumulator", () => {
  it("adds the events up to objects", async () => {
    const accumulator = createAccumulator(event);
    for await (const message of decodeEvents(event, chunks(Buffer.from(recipeStream)))) {
      accumulator.apply(message);
    }
    const recipe = types.get("recipe") ?? document;
    const [made] = accumulator.objects(recipe);
    expect(made && JSON.parse(stringifyOpenAI(recipe, made))).toEqual({
      id: "recipe_1",
      object: "kitchen.recipe",
      title: "Tea",
      steps: [{ index: 0, type: "text", text: "Boil water." }],
    });
    expect(accumulator.ended).toBe("done");
  });
});

describe("the gateway with --descriptor", { timeout: 90_000 }, () => {
  it("serves the routes of both rpcs, in both roles", async () => {
    const recipe =
      '{"id":"recipe_1","object":"kitchen.recipe","title":"Tea","steps":[],"hot":1.50}';
    const upstream = createServer((request, response) => {
      const isStream = request.method === "POST" && request.url === "/v1/recipes";
      const type = isStream ? "text/event-stream" : "application/json";
      response.writeHead(200, { "content-type": type });
      response.end(isStream ? recipeStream : recipe);
    });
    const upstreamUrl = await listen(upstream);
    onTestFinished(() => {
      upstream.closeAllConnections();
      upstream.close();
    });
    const directory = createFolder({ "family.binpb": family.descriptors });
    const schema = ["--descriptor", join(directory, "family.binpb"), "--port", "0"];
    const { url: ingress } = await startGateway([
      "ingress",
      ...schema,
      "--upstream",
      `${upstreamUrl}/v1`,
    ]);
    const { url: egress } = await startGateway([
      "egress",
      ...schema,
      // A path of no route is not sent to the upstream, which would answer it.
      "--no-pass-through",
      // Without identifiers, the events are byte for byte those of the upstream.
      "--no-client-resume",
      "--backend",
      ingress,
    ]);

    const document = await fetch(`${egress}/v1/recipes/recipe_1`);
    expect([document.status, await document.text()]).toEqual([200, recipe]);
    const stream = await fetch(`${egress}/v1/recipes`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"stream":true}',
    });
    expect([stream.status, await stream.text()]).toEqual([200, recipeStream]);
    expect((await fetch(`${egress}/v1/kettles`)).status).toBe(404);
  });
});

async function onlyOf(events: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const each of events) {
    all.push(each);
  }
  expect(all).toHaveLength(1);
  return all[0] ?? new Uint8Array();
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array, void> {
  yield await Promise.resolve(bytes);
}

describe("stepwire --descriptor", { timeout: 60_000 }, () => {
  const stepwire = (directory: string, ...parameters: string[]): Buffer =>
    runCommand(directory, [...parameters, "--descriptor", "family.binpb"]);

  const withFamily = (files: Readonly<Record<string, string>>): string =>
    createFolder({ "family.binpb": family.descriptors, ...files });

  it.each(["recipe", "event"])("encodes, decodes and inspects: %s", (type) => {
    const schema = types.get(type) ?? document;
    const json = documentOf(schema, 1);
    const directory = withFamily({ "a.json": json });
    const binary = stepwire(directory, "encode", "a.json", "-o", "a.bin");
    expect(binary).toHaveLength(0);
    const message = parseOpenAI(schema, json);
    expect(readFileSync(join(directory, "a.bin")).equals(toBinary(schema, message))).toBe(true);
    const back = stepwire(directory, "decode", "a.bin", "--type", type).toString();
    expect(jsonDifference(json, back)).toBeUndefined();
    const listing = stepwire(directory, "inspect", "a.bin", "--type", schema.typeName);
    expect(listing.toString()).toMatch(/\n\d+ bytes, \d+ fields\n$/);
  });

  it("makes the round trip of each sample, and knows its type", () => {
    const lines = samples.map(({ json }) => JSON.stringify(JSON.parse(json))).join("\n");
    const directory = withFamily({ "all.jsonl": lines });
    const result = stepwire(directory, "roundtrip", "all.jsonl", "--json", "--mode", "strict");
    const { documents, total } = JSON.parse(result.toString());
    expect(documents.map(({ type }: { type: string }) => type)).toEqual(
      samples.map(({ type }) => type),
    );
    expect(total).toMatchObject({ documents: samples.length, equal: samples.length, residue: {} });
  });
});
