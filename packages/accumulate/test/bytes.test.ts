import { fromBinary, toBinary } from "@bufbuild/protobuf";
import { ChatCompletionSchema, ChatCompletionStreamEventSchema } from "@stepwire/core/chat";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { buildSchemas } from "@stepwire/testing";
import { expect, it } from "vitest";
import { createAccumulator } from "../src/index.js";

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
