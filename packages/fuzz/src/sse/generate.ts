import { readFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot, type Random } from "@stepwire/testing";
import { recordedStreams } from "../run/recorded.js";
import { type SseInput, sseInput } from "./input.js";

const fragments = [
  "event: ",
  "event:",
  "event",
  "data: ",
  "data:",
  "data",
  "id: 1",
  "id:",
  "id: a\0b",
  "id: é",
  "retry: 10",
  "retry: x",
  "retry:",
  ": comment",
  ":",
  "\n",
  "\n",
  "\n\n",
  "\n\n",
  "\r",
  "\r\n",
  "\r\n\r\n",
  "[DONE]",
  '"[DONE]"',
  "done",
  "error",
  "message",
  "thread.run.step.delta",
  '{"id":"s","object":"thread.run.step.delta","delta":{}}',
  '{"error":{"message":"x","type":null,"param":null,"code":null}}',
  'data: {"type":"response.output_text.delta","item_id":"m","delta":"a"}\n\n',
  'data: {"x":{"type":"y"},"type":"z"}\n\n',
  '{"ty\\u0070e":"response.dream"}',
  '"type":"a"',
  '"type":',
  "{",
  "}",
  "[",
  "]",
  '"',
  '"\\ud83d"',
  "\\",
  "1",
  "1e400",
  "-0",
  ",",
  ":",
  "é",
  "🙂",
  "\uFEFF",
  "\0",
  "\u2028",
  "\v",
  " ",
  "  ",
  "\t",
  "null",
  "true",
  '{"a":1,"a":2}',
  '1,"id":"x"',
  '1}{"x":2',
  "EVENT: a",
  " data: 1",
  "x",
] as const;

/** Byte sequences that are not UTF-8, or only just are. */
const oddBytes: readonly (readonly number[])[] = [
  [0xc3],
  [0xc3, 0x28],
  [0x80],
  [0xff],
  [0xfe, 0xff],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0xc0, 0x80],
  [0xf0, 0x9f, 0x99],
  [0xef, 0xbb, 0xbf],
  [0xef, 0xbf, 0xbe],
];

const LONGEST = 4000;

let recorded: readonly Uint8Array[] | undefined;

/** The sample of Responses, without the names that the payloads have too. */
function sampleOfResponses(): Uint8Array {
  const path = join(projectRoot, "samples/responses/stream.sse");
  return Buffer.from(readFileSync(path, "utf8").replace(/^event: response\.(?!created).*\n/gm, ""));
}

/** A stream: of fragments, of a recording, or of random bytes, and mostly spoiled. */
export function generateSseInput(random: Random): SseInput {
  recorded ??= [...recordedStreams(), sampleOfResponses()];
  const bytes = random.chance(0.6)
    ? inventBytes(random)
    : spoil(windowOf(random.pick(recorded) ?? new Uint8Array(), random), random);
  const options = {
    mode: random.pick(["archive", "archive", "preserve", "strict"] as const),
    framing: random.chance(0.6) ? "standard" : "lenient",
    ...(random.chance(0.4) && { invalidUtf8: random.pick(["refuse", "replace"] as const) }),
    ...(random.chance(0.3) && { maxEventBytes: 1 + random.below(300) }),
    ...(random.chance(0.1) && { maxDepth: 1 + random.below(8) }),
  } as const;
  return sseInput(bytes, cutsOf(bytes.length, random), options);
}

function inventBytes(random: Random): Uint8Array {
  const parts: Uint8Array[] = [];
  for (let count = random.below(40); count > 0; count--) {
    const turn = random.below(60);
    if (turn === 0) {
      parts.push(Uint8Array.from(random.pick(oddBytes) ?? []));
    } else if (turn === 1) {
      parts.push(Uint8Array.of(random.below(256)));
    } else if (turn === 2) {
      parts.push(Buffer.from("x".repeat(random.below(400))));
    } else {
      parts.push(Buffer.from(random.pick(fragments)));
    }
  }
  return Buffer.concat(parts);
}

function windowOf(bytes: Uint8Array, random: Random): Uint8Array {
  const start = random.chance(0.5) ? 0 : random.below(bytes.length);
  return bytes.subarray(start, start + 1 + random.below(LONGEST));
}

function spoil(bytes: Uint8Array, random: Random): Uint8Array {
  let spoiled = bytes;
  for (let count = random.below(4); count > 0; count--) {
    const place = random.below(spoiled.length + 1);
    const odd = random.chance(0.3)
      ? Uint8Array.from(random.pick(oddBytes) ?? [])
      : Buffer.from(random.pick(fragments));
    const rest = spoiled.subarray(place + random.below(3) * random.below(20));
    spoiled = Buffer.concat([spoiled.subarray(0, place), odd, rest]);
  }
  return spoiled;
}

function cutsOf(length: number, random: Random): number[] {
  const cuts = Array.from({ length: random.below(12) }, () => random.below(length + 1));
  return cuts.sort((left, right) => left - right);
}
