import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "@stepwire/testing";
import { createTranscoder } from "@stepwire/transcode";
import { schemaNamed } from "../schemas.js";
import { deriveRead, deriveWrite, type StreamToRead } from "./derive.js";
import type { EventVectorFile, EventVectorOptions } from "./format.js";

const RUN = "stepwire.v1.StreamEvent";
const CHAT = "stepwire.chat.v1.ChatCompletionStreamEvent";
const RESPONSES = "stepwire.responses.v1.ResponseStreamEvent";

const archive: EventVectorOptions = { mode: "archive" };
const lenient: EventVectorOptions = { mode: "archive", framing: "lenient" };

type Case = readonly [name: string, sse: string | Uint8Array, options?: EventVectorOptions];

const of = (schema: string, cases: readonly Case[]): StreamToRead[] =>
  cases.map(([name, sse, options]) => ({ name, schema, sse, options }));

/** The bytes of a text in which characters up to U+00FF are bytes. */
const latin1 = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, "latin1"));

const framing: readonly Case[] = [
  ["LF", "event: a\ndata: 1\n\nevent: b\ndata: 2\n\n"],
  ["CR", "event: a\rdata: 1\r\revent: b\rdata: 2\r\r"],
  ["CRLF", "event: a\r\ndata: 1\r\n\r\nevent: b\r\ndata: 2\r\n\r\n"],
  ["mixed line ends", "event: a\rdata: 1\n\r\nevent: b\r\ndata: 2\r\n\n"],
  ["no space after the colon", "event:a\ndata:1\n\n"],
  ["two spaces after the colon", "event:  a\ndata:  1\n\n"],
  ["data of several lines", 'event: a\ndata: {"x":\ndata: 1}\n\n'],
  ["data of several lines with others between", 'data: {"x":\n: c\nevent: a\ndata:\ndata: 1}\n\n'],
  ["data before the name", "data: 1\nevent: a\n\n"],
  ["the name message", "event: message\ndata: 1\n\n"],
  ["two names", "event: a\nevent: b\ndata: 1\n\n"],
  ["no data", "event: a\n\nevent: b\ndata: 1\n\n"],
  ["data without a colon", "event: a\ndata\n\n"],
  ["comments", ": one\nevent: a\n: two\ndata: 1\n:\n\n: three\n\n"],
  ["fields that mean nothing", "retry: 5\nfoo: bar\nevents: x\ndatas\nidx: 1\ndata: 1\n\n"],
  ["many blank lines", "\n\n\nevent: a\n\n\ndata: 1\n\n\n\n"],
  ["an identifier", "id: 7\nevent: a\ndata: 1\n\ndata: 2\n\n"],
  ["an empty identifier", "event: a\nid\ndata: 1\n\n"],
  ["two identifiers", "id: 1\nid: 2\ndata: 1\n\n"],
  ["an identifier without an event", "id: 7\n\ndata: 1\n\n"],
  ["an identifier with NUL", "id: 1\nid: a\0b\ndata: 1\n\n"],
  ["a byte order mark", "\uFEFFevent: a\ndata: 1\n\n"],
  ["a byte order mark before a blank line", "\uFEFF\ndata: 1\n\n"],
  ["a byte order mark in the middle", "data: 1\n\n\uFEFFdata: 2\n\ndata: 3\n\n"],
  ["no blank line at the end", "event: a\ndata: 1\n"],
  ["no line end at the end", "event: a\ndata: 1"],
  ["a CR at the end", "event: a\ndata: 1\r"],
  ["text beyond ASCII", 'event: \u00e9\ndata: "\u65e5\u672c\ud83d\ude42"\nid: \u00e9\n\n'],
  ["control characters", "event: a\u0001\u007f\nid: \t\ndata: 1\n\n"],
  ["nothing", ""],
  ["nothing but a comment", ": hello"],
  [
    "lenient: names",
    "event: a\ndata: 1\nid: 7\nevent: b\nevent: c\n: x\ndata: 2\n\nid: 8\nevent: d",
    lenient,
  ],
  [
    "lenient: data",
    'data: {"a":"}"}\nid: 7\ndata: {"b":{}\ndata: }\ndata: {}\n\ndata: {}\n: c\ndata: [DONE]\ndata: {}\nevent: c\ndata: {}\ndata: 1',
    lenient,
  ],
  [
    "lenient: identifiers",
    'id: 1\ndata: {"a":1}\nid: 2\ndata: {"a":2}\nid: 3\nevent: b\ndata: 1\nid: 4\nevent: c\ndata: 2\ndata: 3\nid: 5\nid: 6\ndata: [DONE]',
    lenient,
  ],
  ["the end without a blank line", "event: done\n"],
  ["a name that the end of the input cuts off", "data: 1\n\nevent: thread.run.st"],
  ["the same in an archive", "data: 1\n\nevent: thread.run.st", archive],
  ["a payload that is not UTF-8", latin1('data: "\xc3("\n\ndata: 1\n\n')],
  ["a name that is not UTF-8", latin1("event: \xff\ndata: 1\n\ndata: 1\n\n")],
  ["an identifier that is not UTF-8", latin1("id: \xff\ndata: 1\n\n"), archive],
  ["a comment that is not UTF-8", latin1("data: 1\n\n: \xff\ndata: 2\n\n")],
  ["a replaced name that is not UTF-8", latin1("event: \xff\nevent: a\ndata: 1\n\n")],
  ["a character that is cut off", latin1('data: "\xe2\x82"\n\n')],
];

const delta = '{"id":"step_1","object":"thread.run.step.delta","delta":{}}';

const payloads: readonly Case[] = [
  ["a delta", `event: thread.run.step.delta\ndata: ${delta}\n\n`],
  ["a delta with an identifier", `event: thread.run.step.delta\nid: 4-2\ndata: ${delta}\n\n`],
  ["white space", `event: thread.run.step.delta\ndata: ${delta.replaceAll(":", " : ")} \n\n`],
  [
    "unknown members",
    `event: thread.run.step.delta\ndata: ${delta.replace("{", '{"x":[1.0],')}\n\n`,
  ],
  ["the end", "event: done\ndata: [DONE]\n\n"],
  ["the end with an identifier", "event: done\nid: 1\ndata: [DONE]\n\n"],
  ["the end without a payload", "event: done\n\n"],
  ["the end with an empty payload", "event: done\ndata:\n\n"],
  ["the end as a string", 'event: done\ndata: "[DONE]"\n\n'],
  ["the end as an escaped string", 'event: done\ndata:  "\\u005bDONE]" \n\n'],
  ["another string at the end", 'event: done\ndata: "x"\n\n'],
  ["an object at the end", 'event: done\ndata: {"a":1}\n\n'],
  ["the end with another name", "event: message\ndata: [DONE]\n\n"],
  ["the end without a name", "data: [DONE]\n\n"],
  ["a foreign event", 'event: thread.run.paused\ndata: {"n":1.50,"s":"\\u00e9"}\n\n'],
  ["a payload of null", "event: thread.run.step.delta\ndata: null\n\nevent: ping\ndata: null\n\n"],
  ["an empty payload without a name", "data:\n\n"],
  ["an empty name alone", "event:\n\n"],
  ["an empty name with an identifier", "event:\nid: 7\n\n"],
  ["no payload where one is required", "event: thread.run.created\n\ndata: 1\n\n"],
  ["no payload where one is required, in an archive", "event: thread.run.created\n\n", archive],
  [
    "a wrong type",
    'event: thread.run.step.delta\ndata: {"id":5,"object":"thread.run.step.delta","delta":{}}\n\ndata: 1\n\n',
  ],
  ["missing members", 'event: thread.run.step.delta\ndata: {"id":"step_1"}\n\n'],
  [
    "missing members, in an archive",
    'event: thread.run.step.delta\ndata: {"id":"step_1"}\n\n',
    archive,
  ],
  [
    "an unknown member, strict",
    `event: thread.run.step.delta\ndata: ${delta.replace("{", '{"x":1,')}\n\n`,
    { mode: "strict" },
  ],
  ["an unknown name, strict", "event: x\ndata: 1\n\n", { mode: "strict" }],
  ["the end with an unknown name, strict", "event: x\ndata: [DONE]\n\n", { mode: "strict" }],
  ["a depth that is allowed", "data: [[[1]]]\n\n", { maxDepth: 4 }],
  ["a depth that is not", "data: [[[[1]]]]\n\ndata: 1\n\n", { maxDepth: 4 }],
  ["a depth that is not, in an archive", "data: [[[[1]]]]\n\n", { ...archive, maxDepth: 4 }],
  ...notJson().flatMap(([name, payload]): Case[] => {
    const data = payload.replaceAll("\n", "\ndata: ");
    const sse = `event: thread.run.step.delta\nid: 1\ndata: ${data}\n\ndata: 1\n\n`;
    return [
      [name, sse],
      [`${name}, in an archive`, sse, archive],
    ];
  }),
];

function notJson(): [name: string, payload: string][] {
  return [
    ["half a document", '{"id":"step_1","obj'],
    ["a brace too many", '{"id":"step_1"}}'],
    ["a text", 'Internal "Server" \\ Error'],
    ["white space alone", " \t "],
    ["a member on top", '1,"id":"forged"'],
    ["a document on top", '{}},{"event":"x","data":{}'],
    ["a literal on top", "1 2"],
    ["a bracket that does not match", '{"a":1]'],
    ["two members of one name", '{"a":1,"a":2}'],
    ["a lone surrogate in a name", '{"\\ud800":1}'],
    ["a number that JSON does not have", "0x10"],
    ["the end in a line of its own", "[DONE]\n[DONE]"],
    ["a control character in a string", '"a\u0001"'],
    ["a text that is not ASCII", "{\u00e9\ud83d\ude42"],
  ];
}

const sizes: readonly Case[] = [
  ["an event of the largest size", 'data: "1234"\n\ndata: 2\n\n', { maxEventBytes: 12 }],
  ["an event that is too large", 'data: 1\n\ndata: "1234"\n\ndata: 2\n\n', { maxEventBytes: 11 }],
  ["lines that are too large together", "event: a\nid: 1\ndata: 2\n\n", { maxEventBytes: 20 }],
  ["a line that is too large at the end", 'data: "123456', { maxEventBytes: 10 }],
  [
    "comments, which do not count",
    `event: a\n${": here\n".repeat(20)}data: 1\n\n`,
    { maxEventBytes: 20 },
  ],
  ["a comment that is too large", `data: 1\n\n: ${"x".repeat(30)}\n\n`, { maxEventBytes: 20 }],
  [
    "bytes that are not UTF-8, before the size",
    latin1("event: \xff\ndata: 12345678901\n\n"),
    { maxEventBytes: 20 },
  ],
];

const chunk =
  '{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1700000000,"model":"model-1","choices":[{"index":0,"delta":{"content":"Hi"},"logprobs":null,"finish_reason":null}]}';

const chat: readonly Case[] = [
  ["chunks and their end", `data: ${chunk}\n\ndata: ${chunk}\n\ndata: [DONE]\n\n`],
  ["a chunk with an identifier", `id: 7\ndata: ${chunk}\n\n`],
  ["keep-alives", `: OPENROUTER PROCESSING\n\ndata: ${chunk}\n\n: ping\n\ndata: [DONE]\n\n`],
  ["a chunk with a name", `event: chunk\ndata: ${chunk}\n\n`],
  ["the end with its name", "event: done\ndata: [DONE]\n\n"],
  ["the end as a string", 'data: "[DONE]"\n\nevent: done\ndata: "[DONE]"\n\n'],
  [
    "an error",
    'event: error\ndata: {"error":{"message":"m","type":"t","param":null,"code":null}}\n\n',
  ],
];

const response =
  '{"type":"response.output_text.delta","sequence_number":1,"item_id":"msg_1","output_index":0,"content_index":0,"delta":"Hi","logprobs":[]}';

const responses: readonly Case[] = [
  [
    "a name in the line and the payload",
    `event: response.output_text.delta\ndata: ${response}\n\n`,
  ],
  ["a name in the payload", `data: ${response}\n\nid: 3\ndata: ${response}\n\n`],
  ["another name in the payload", `event: ping\ndata: ${response}\n\n`],
  [
    "an unknown name in the payload",
    'data: {"a":{"type":"no"},"b":[{},"]"],"type":"acme.sold"}\n\n',
  ],
  ["an escaped name in the payload", 'data: {"ty\\u0070e":"acme\\u002esold \\u00e9"}\n\n'],
  [
    "an empty name in the payload",
    'data: {"type":""}\n\ndata: {"type":1}\n\ndata: ["type","x"]\n\n',
  ],
  ["a lone surrogate in the name", 'data: {"type":"\\ud800"}\n\n'],
  ["a name with a line break", 'data: {"type":"a\\nb"}\n\n'],
  ["the end", "data: [DONE]\n\n"],
  ["a payload that is not JSON", 'data: {"type":"response.created"\n\n', archive],
  ["a refused payload", 'data: {"type":"response.created","response":1}\n\ndata: 1\n\n'],
];

/** Documents of messages to write; those with JSON that no event can have are refused. */
const documents: readonly (readonly [name: string, schema: string, json: string])[] = [
  ["no name", RUN, '{"data":1}'],
  ["a name that is null", RUN, '{"event":null,"data":1}'],
  ["a name that is a number", RUN, '{"event":5,"data":1}'],
  ["a name with a line feed", RUN, '{"event":"a\\nb","data":1}'],
  ["a name with a carriage return", RUN, '{"event":"a\\rb"}'],
  ["an identifier with a line feed", RUN, '{"event":"a","id":"\\n"}'],
  ["an identifier with NUL", RUN, '{"event":"a","id":"\\u0000"}'],
  ["an identifier that is a number", RUN, '{"event":"a","id":5}'],
  ["an identifier that is null", RUN, '{"event":"a","data":1,"id":null}'],
  ["a text with a carriage return", RUN, '{"event":"a","data_text":"\\r"}'],
  ["a text with line feeds", RUN, '{"event":"a","data_text":"\\na\\n\\nb\\n"}'],
  ["a text that is null", RUN, '{"event":"a","data_text":null}'],
  ["a payload and a text", RUN, '{"event":"a","data":1,"data_text":"x"}'],
  ["an unknown member", RUN, '{"event":"a","data":1,"x/~":1}'],
  ["an escaped name", RUN, '{"event":"\\u0061\\"\\\\\\u00e9","data":"\\u000a"}'],
  [
    "a name of the payload that is another",
    RESPONSES,
    '{"event":"a","data":{"type":"b"},"unnamed":true}',
  ],
  ["a name of the payload that is absent", RESPONSES, '{"event":"a","data":{},"unnamed":true}'],
  ["a mark that is not true", RESPONSES, '{"event":"a","data":{"type":"b"},"unnamed":false}'],
  ["a mark of another type", RESPONSES, '{"event":"a","data":{"type":"a"},"unnamed":1}'],
  ["the end in a chat", CHAT, '{"event":"done","data":"[DONE]"}'],
];

/** Messages to write, in hexadecimal, that no document gives. */
const malformed: readonly (readonly [name: string, hex: string])[] = [
  ["an empty message", ""],
  ["a message that is cut off", "6a03"],
  ["a wrong wire type", "6d00000000"],
  ["an unknown field", "f8a70101"],
];

/** Returns the vectors for readers and writers of server-sent events. */
export async function eventVectors(): Promise<EventVectorFile[]> {
  const sample = readFileSync(join(projectRoot, "samples/stream.sse"), "utf8");
  const file = async (
    topic: string,
    about: string,
    streams: readonly StreamToRead[],
  ): Promise<EventVectorFile> => ({
    topic: `sse/${topic}`,
    about,
    cases: await Promise.all(streams.map(deriveRead)),
  });
  return [
    await file("framing", "How the bytes of a stream become events.", of(RUN, framing)),
    await file("payloads", "What a payload may be, and when it is refused.", [
      ...of(RUN, [["the sample", sample], ...payloads]),
    ]),
    await file("sizes", "The largest size of an event.", of(RUN, sizes)),
    await file("chat", "Events of Chat Completions, which have no names.", of(CHAT, chat)),
    await file("responses", "Events whose payload names them.", of(RESPONSES, responses)),
    {
      topic: "sse/written",
      about: "Messages that are written as events, and those that no event can hold.",
      cases: [
        ...documents.map(([name, schema, json]) => {
          const transcoder = createTranscoder(schemaNamed(schema), { mode: "archive" });
          return deriveWrite(name, schema, transcoder.toBinary(Buffer.from(json)).slice());
        }),
        ...malformed.map(([name, hex]) => deriveWrite(name, RUN, Buffer.from(hex, "hex"))),
      ],
    },
  ];
}
