import { type DescMessage, fromBinary } from "@bufbuild/protobuf";
import { stringifyOpenAI } from "@stepwire/openai-json";
import { buildSchemas } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import {
  decodeEvents,
  EventStreamError,
  encodeEventFromBinary,
  type Skipped,
} from "../src/index.js";
import { countDocuments } from "../src/internal.js";
import { binaryOf, chunksOf, decode, expectStream, refusalOf } from "./streams.js";

/** Numbers with tags of one, two and three bytes, on both sides of the identifier's. */
const numbers = Array.from({ length: 40 }, (_, index) =>
  index < 14 ? index + 1 : index < 30 ? index + 2 : index * 100,
);
const payloads = ["Thing", "Delta", "Things", "Either", "string", "google.protobuf.Value"] as const;
const armOf = (index: number) => payloads[index % payloads.length] ?? "Thing";
const nameOf = (index: number) => `thing.number_${index}.changed`;

const registry = buildSchemas({
  acme: `
  message Thing {
    string id = 1;
    repeated Delta deltas = 2;
    optional double weight = 3;
    RESIDUE
  }
  message Delta {
    option (message).constants = { name: "object" value: "delta" };
    optional string text = 1 [(field).presence = PRESENCE_NULLABLE];
    int64 index = 2;
    RESIDUE
  }
  message Things {
    option (message).array = true;
    repeated Thing things = 1;
  }
  message Either {
    oneof either {
      option (oneof).inline = { tag: "object" };
      Delta delta = 1;
      string other = 2 [(field) = { verbatim: true any_other: true }];
    }
  }
  message Other {
    string name = 1;
    optional string body = 2 [(field).verbatim = true];
  }
  message Event {
    oneof event {
      option (oneof).adjacent = { tag: "name" content: "body" };
      ${numbers
        .map(
          (number, index) =>
            `${armOf(index)} arm_${index} = ${number} [(field).tag_value = "${nameOf(index)}"];`,
        )
        .join("\n")}
      string finished = 5000 [
        (field) = { tag_value: "finished" presence: PRESENCE_OPTIONAL },
        (sse).done_text = "<end>"
      ];
      Other other = 5001 [(field).any_other = true];
    }
    optional string position = 15 [(sse).id = true, (field).name = "cursor"];
    optional string raw = 5002 [(sse).text = true];
    RESIDUE
  }
  message Chunk {
    option (message).constants = { name: "object" value: "chat.completion.chunk" };
    string id = 1;
    RESIDUE
  }
  message ChatEvent {
    oneof event {
      option (oneof).adjacent = { tag: "event" content: "data" };
      Chunk chunk = 1 [(field).empty_tag = true];
      string done = 2 [
        (field) = { presence: PRESENCE_OPTIONAL },
        (sse) = { done_text: "[DONE]" done_unnamed: true }
      ];
      OtherChat other = 3 [(field).any_other = true];
    }
    optional string data_text = 4 [(sse).text = true];
    RESIDUE
  }
  message OtherChat {
    string event = 1;
    optional string data = 2 [(field).verbatim = true];
  }
  message Bare {
    oneof event {
      option (oneof).adjacent = { tag: "event" content: "data" };
      Chunk chunk = 1;
      OtherChat other = 3 [(field).any_other = true];
    }
    RESIDUE
  }
  message WrongEnd {
    oneof event {
      option (oneof).adjacent = { tag: "event" content: "data" };
      Chunk chunk = 1 [(sse).done_text = "x"];
    }
    RESIDUE
  }
  message WrongId {
    oneof event {
      option (oneof).adjacent = { tag: "event" content: "data" };
      Chunk chunk = 1;
    }
    optional int32 id = 2 [(sse).id = true];
    RESIDUE
  }
`,
});

function messages(name: string): DescMessage {
  return registry.getMessage(`acme.${name}`) ?? expect.unreachable(name);
}

const Event = messages("Event");
const ChatEvent = messages("ChatEvent");

const payloadOf: Record<(typeof payloads)[number], string> = {
  Thing: '{"id":"é","deltas":[{"object":"delta","text":null,"index":7}],"weight":1.5,"more":[1.0]}',
  Delta: '{"object":"delta","text":"a\\nb","index":0}',
  Things: '[{"id":"1","deltas":[]},{"id":"2","deltas":[]}]',
  Either: '{"object":"delta","text":"x","index":-1}',
  string: '"a\\nb é"',
  "google.protobuf.Value": '{"a":[1,"x",true,{"b":null}]}',
};

describe("an event message with forty arms", () => {
  it.each(numbers.map((number, index) => ({ number, index })))(
    "has the payload of arm $number converted as it is, both ways",
    async ({ index }) => {
      const name = nameOf(index);
      const payload = payloadOf[armOf(index)];
      const before = countDocuments(Event);
      const streams = [
        [`event: ${name}\ndata: ${payload}\n\n`, `{"name":"${name}","body":${payload}}`],
        [
          `event: ${name}\nid: 4-2\ndata: ${payload}\n\n`,
          `{"name":"${name}","body":${payload},"cursor":"4-2"}`,
        ],
      ];
      for (const [stream = "", json = ""] of streams) {
        const [binary, ...others] = await decode(Event, stream);
        expect(others).toEqual([]);
        expect(Buffer.from(binary ?? []).toString("hex")).toBe(binaryOf(Event, json));
        const written = encodeEventFromBinary(Event, binary ?? expect.unreachable());
        expect(Buffer.from(written).toString()).toBe(stream);
      }
      expect(countDocuments(Event)).toBe(before);
    },
  );

  it("has events of other names converted as they are, with white space or without", async () => {
    const before = countDocuments(Event);
    const [binary, ...others] = await decode(Event, 'event: x\nid: \ndata: { "a" : [1.0] }\n\n');
    expect(others).toEqual([]);
    const json = '{"name":"x","body":{"a":[1.0]},"cursor":""}';
    expect(Buffer.from(binary ?? []).toString("hex")).toBe(binaryOf(Event, json));
    const written = encodeEventFromBinary(Event, binary ?? expect.unreachable());
    expect(Buffer.from(written).toString()).toBe('event: x\nid: \ndata: {"a":[1.0]}\n\n');
    expect(countDocuments(Event)).toBe(before);
  });

  it("keeps whatever else there may be, by way of documents", async () => {
    const before = countDocuments(Event);
    await expectStream(
      Event,
      [
        "event: é\ndata: 1\n\n",
        "event: x\nid: é\ndata: 1\n\n",
        "event: finished\ndata: <end>\n\n",
        'event: finished\ndata: "<end>"\n\n',
        "event: other\ndata: <end>\n\n",
        "event: other\ndata:\n\n",
        `event: ${nameOf(3)}\n\n`,
        `event: ${nameOf(0)}\ndata: [1]\n\n`,
        `event: ${nameOf(0)}\ndata: {\n\n`,
      ].join(""),
      [
        '{"name":"é","body":1}',
        '{"name":"x","body":1,"cursor":"é"}',
        '{"name":"finished","body":"<end>"}',
        '{"name":"finished","raw":"\\"<end>\\""}',
        '{"name":"other","raw":"<end>"}',
        '{"name":"other","raw":""}',
        `{"name":"${nameOf(3)}"}`,
        `{"name":"${nameOf(0)}","body":[1]}`,
        `{"name":"${nameOf(0)}","raw":"{"}`,
      ],
    );
    expect(countDocuments(Event)).toBeGreaterThan(before);
  });

  it("has the end of a stream in bytes that may be changed, both ways", async () => {
    const stream = "event: finished\ndata: <end>\n\n";
    for (let count = 0; count < 2; count++) {
      const [binary = expect.unreachable()] = await decode(Event, stream);
      const hex = Buffer.from(binary).toString("hex");
      expect(hex).toBe(binaryOf(Event, '{"name":"finished","body":"<end>"}'));
      const written = encodeEventFromBinary(Event, binary);
      expect(Buffer.from(written).toString()).toBe(stream);
      binary.fill(0);
      written.fill(0);
    }
  });

  it("has records that are merged, or unknown, converted as a whole", async () => {
    const [thing] = await decode(Event, `event: ${nameOf(0)}\ndata: ${payloadOf.Thing}\n\n`);
    const bytes = Buffer.from(thing ?? []);
    const doubled = Buffer.concat([bytes, bytes]);
    const unknown = Buffer.concat([bytes, Buffer.from([0xd8, 0xb8, 0x02, 0x01])]);
    for (const binary of [doubled, unknown]) {
      const json = stringifyOpenAI(Event, fromBinary(Event, binary));
      const body = json.slice('{"name":"'.length + nameOf(0).length + '","body":'.length, -1);
      const text = Buffer.from(encodeEventFromBinary(Event, binary)).toString();
      expect(text).toBe(`event: ${nameOf(0)}\ndata: ${body}\n\n`);
    }
    for (const end of [1, 2, bytes.length - 1]) {
      expect(() => encodeEventFromBinary(Event, bytes.subarray(0, end))).toThrow(EventStreamError);
    }
  });

  it("says in the schema's words where an event is wrong", async () => {
    const stream = `event: ${nameOf(1)}\ndata: {"object":"delta","text":1,"index":2}\n\n`;
    expect(await refusalOf(decode(Event, stream))).toMatchObject({
      event: 0,
      violations: [{ code: "wrong_type", pointer: "/body/text", offset: 25 }],
    });
    expect(await refusalOf(decode(Event, "event: a"))).toMatchObject({
      violations: [{ code: "not_json", pointer: "/body" }],
    });
    expect(await decode(Event, "event: finished")).toHaveLength(1);
  });
});

describe("a stream of chunks without names, as options alone say", () => {
  const chunk = '{"object":"chat.completion.chunk","id":"1"}';

  it("is converted as it is, but for its end", async () => {
    const before = countDocuments(ChatEvent);
    const [binary] = await decode(ChatEvent, `data: ${chunk}\n\n`);
    const written = encodeEventFromBinary(ChatEvent, binary ?? expect.unreachable());
    expect(Buffer.from(written).toString()).toBe(`data: ${chunk}\n\n`);
    expect(countDocuments(ChatEvent)).toBe(before);
  });

  it("comes back, and so does what is no such stream", async () => {
    await expectStream(
      ChatEvent,
      [
        `data: ${chunk}\n\n`,
        "data: [DONE]\n\n",
        'data: "[DONE]"\n\n',
        "event: done\ndata: [DONE]\n\n",
        'event: done\ndata: "[DONE]"\n\n',
        'event: done\ndata: "x"\n\n',
        "event: done\n\n",
        "event: chunk\ndata: {}\n\n",
        "event: chunk\ndata: [DONE]\n\n",
        "event:\n\n",
      ].join(""),
      [
        `{"event":"","data":${chunk}}`,
        '{"event":"done","data":"[DONE]"}',
        '{"event":"","data":"[DONE]"}',
        '{"event":"done","data_text":"[DONE]"}',
        '{"event":"done","data_text":"\\"[DONE]\\""}',
        '{"event":"done","data":"x"}',
        '{"event":"done"}',
        '{"event":"chunk","data":{}}',
        '{"event":"chunk","data_text":"[DONE]"}',
        '{"event":""}',
      ],
    );
  });

  it("has no place for identifiers, of which it tells", async () => {
    const skipped: Skipped[] = [];
    const onSkipped = (each: Skipped) => skipped.push(each);
    const [binary] = await decode(ChatEvent, `id: 7\ndata: ${chunk}\n\n`, { onSkipped });
    expect(skipped).toEqual([{ kind: "id", id: "7" }]);
    expect(stringifyOpenAI(ChatEvent, fromBinary(ChatEvent, binary ?? new Uint8Array()))).toBe(
      `{"event":"","data":${chunk}}`,
    );
  });
});

describe("an event message", () => {
  it("without a field for texts has them refused", async () => {
    for (const payload of ["[DONE]", "", "{"]) {
      const stream = `event: x\ndata: ${payload}\n\n`;
      expect(await refusalOf(decode(messages("Bare"), stream, { mode: "archive" }))).toMatchObject({
        violations: [{ code: "not_json", pointer: expect.stringMatching(/^\/data/) as string }],
      });
    }
  });

  it("has one adjacent union, and options that fit their fields", () => {
    for (const name of ["Thing", "Either", "Things", "WrongEnd", "WrongId"]) {
      expect(() => decodeEvents(messages(name), chunksOf("")), name).toThrow(TypeError);
    }
  });
});
