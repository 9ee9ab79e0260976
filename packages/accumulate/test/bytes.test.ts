import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { ChatCompletionSchema, ChatCompletionStreamEventSchema } from "@stepwire/core/chat";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { buildSchemas } from "@stepwire/testing";
import { expect, it } from "vitest";
import { createAccumulator } from "./both-engines.js";

/** Reads an event from a buffer that is overwritten after `use`. */
function fromReused<Schema extends Parameters<typeof fromBinary>[0]>(
  schema: Schema,
  data: object,
  use: (event: ReturnType<typeof fromBinary<Schema>>) => void,
): void {
  const event = parseOpenAI(schema, JSON.stringify({ event: "", data }), { mode: "archive" });
  const buffer = Buffer.from(toBinary(schema, event));
  use(fromBinary(schema, buffer));
  buffer.fill(0xff);
}

it("bytes that are appended do not change with the buffer that the events were read from", () => {
  const accumulator = createAccumulator(ChatCompletionStreamEventSchema);
  for (const data of ["AAAA", "AAAB", "AAAC"]) {
    const choices = [{ index: 0, delta: { audio: { data } } }];
    fromReused(ChatCompletionStreamEventSchema, { id: "c", choices }, (event) => {
      accumulator.apply(event);
    });
  }
  const [completion] = accumulator.objects(ChatCompletionSchema);
  expect(stringifyOpenAI(ChatCompletionSchema, completion ?? expect.unreachable())).toContain(
    '"data":"AAAAAAABAAAC"',
  );
});

it("bytes within a part or an object do not change with the buffer of their event", () => {
  const schemas = buildSchemas({
    blobs: `
      message Event {
        oneof event {
          option (oneof).adjacent = { tag: "event" content: "data" };
          Blobs blobs = 1 [(field).empty_tag = true, (event) = { effect: EFFECT_MERGE object: "Blobs" single: true }];
        }
        RESIDUE
      }
      message Blobs {
        bytes one = 1;
        repeated bytes list = 2 [(merge) = MERGE_APPEND];
        map<string, bytes> by_name = 3;
        Blobs inner = 4;
        repeated Blobs set = 5;
        RESIDUE
      }`,
  });
  const eventSchema = schemas.getMessage("blobs.Event") ?? expect.unreachable();
  const schema = schemas.getMessage("blobs.Blobs") ?? expect.unreachable();
  const accumulator = createAccumulator(eventSchema);
  const inner = { one: "AAAC", list: ["AAAD"], by_name: {}, set: [] };
  const data = { one: "AAAA", list: ["AAAB"], by_name: { a: "AAAE" }, inner, set: [inner] };
  fromReused(eventSchema, data, (event) => accumulator.apply(event));
  const [object] = accumulator.objects(schema);
  expect(JSON.parse(stringifyOpenAI(schema, object ?? expect.unreachable()))).toEqual(data);
});

const tagged = `
  oneof payload {
    option (oneof).tagged.tag = "type";
    bytes data = 2 [(merge) = MERGE_CONCATENATE];
  }`;

it.each([
  ["a union", tagged, tagged, ["AAAA", "AAAB", "AAAC"].map((data) => ({ type: "data", data }))],
  [
    "a union, from a field",
    "optional bytes data = 2 [(merge) = MERGE_CONCATENATE];",
    tagged,
    ["AAAA", "AAAB", "AAAC"].map((data) => ({ data })),
  ],
  [
    "a union by kind",
    "Content data = 1;",
    "Content data = 1;",
    ["AAAA", "AAAB", "AAAC"].map((data) => ({ data })),
  ],
])("bytes are appended in an arm of %s", (_, delta, object, payloads) => {
  const schemas = buildSchemas({
    blobs: `
      message Event {
        oneof event {
          option (oneof).adjacent = { tag: "event" content: "data" };
          Delta delta = 1 [(field).empty_tag = true, (event) = { effect: EFFECT_MERGE object: "Blob" single: true }];
        }
        RESIDUE
      }
      message Delta { ${delta} RESIDUE }
      message Blob { ${object} RESIDUE }
      message Content {
        oneof content {
          option (oneof).kind = {};
          bytes data = 1 [(merge) = MERGE_CONCATENATE];
        }
      }`,
  });
  const eventSchema = schemas.getMessage("blobs.Event") ?? expect.unreachable();
  const schema = schemas.getMessage("blobs.Blob") ?? expect.unreachable();
  const accumulator = createAccumulator(eventSchema);
  const texts = payloads.map((data) => {
    fromReused(eventSchema, data, (event) => accumulator.apply(event));
    const [blob] = accumulator.objects(schema);
    return JSON.parse(stringifyOpenAI(schema, blob ?? expect.unreachable())).data;
  });
  expect(texts).toEqual(["AAAA", "AAAAAAAB", "AAAAAAABAAAC"]);
});
