import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { AccumulatorOptions } from "@stepwire/accumulate";
import { type Random, runStepObject } from "@stepwire/testing";
import { type RecordedEvent, recordedEvents } from "../run/recorded.js";
import { type AccumulatorInput, rawNumber } from "./input.js";
import { mutateEvents, oddValue } from "./mutate.js";

const STREAM_LENGTH = 40;

let recorded: readonly (readonly RecordedEvent[])[] | undefined;

/** A stream: recorded or invented, and mostly with something wrong in it. */
export function generateAccumulatorInput(random: Random): AccumulatorInput {
  recorded ??= recordedEvents().map((stream) =>
    stream.filter(({ event }) => event.startsWith("thread.run.step") || event === "error"),
  );
  const turn = random.below(200);
  if (turn === 0) {
    return { limits: {}, events: manyMembers(random) };
  }
  if (turn < 40) {
    return { limits: {}, events: oddStream(random) };
  }
  const stream = turn < 120 ? windowOf(recorded, random) : inventStream(random);
  const events = random.chance(0.8) ? mutateEvents(stream, random) : stream;
  return { limits: limits(random), events };
}

function windowOf(streams: readonly (readonly RecordedEvent[])[], random: Random): RecordedEvent[] {
  const stream = random.pick(streams) ?? [];
  const start = random.below(Math.max(1, stream.length - STREAM_LENGTH));
  return stream.slice(start, start + 1 + random.below(STREAM_LENGTH));
}

function limits(random: Random): AccumulatorOptions {
  return random.chance(0.7)
    ? {}
    : {
        maxObjects: 1 + random.below(3),
        maxElements: 1 + random.below(6),
        maxIndexGap: random.below(4),
        maxSize: 200 + random.below(4000),
        maxTextLength: 1 + random.below(200),
      };
}

/** Pieces that texts are made of, halves of characters included. */
const pieces = [
  "{",
  '"a":',
  "1",
  "}",
  "\\",
  "é",
  "\ud83d\ude42",
  "\ud83d",
  "\ude42",
  "\n",
  "",
  " x",
];

function text(random: Random): string {
  return Array.from({ length: random.below(4) }, () => random.pick(pieces) ?? "").join("");
}

function inventStream(random: Random): RecordedEvent[] {
  const ids = ["step_1", "step_2", "__proto__", ""].slice(0, 1 + random.below(4));
  const step = (): string => (random.chance(0.8) ? "step_1" : (random.pick(ids) ?? ""));
  return Array.from({ length: 1 + random.below(STREAM_LENGTH) }, () => {
    const turn = random.below(20);
    if (turn === 0) {
      return { event: "thread.run.step.created", data: wholeStep(step(), random) };
    }
    if (turn === 1) {
      const ends = ["completed", "failed", "cancelled", "expired"] as const;
      return { event: `thread.run.step.${random.pick(ends)}`, data: wholeStep(step(), random) };
    }
    const details = random.chance(0.05) ? oddValue(random) : stepDetails(random);
    const delta: JsonObject = random.chance(0.05) ? {} : { step_details: details };
    if (random.chance(0.1)) {
      delta[`member_${random.below(3)}`] = unknownValue(random, 3);
    }
    const object = "thread.run.step.delta";
    return { event: object, data: { id: step(), object, delta } };
  });
}

/** Few deltas to one step, in which every member is likely to be something else. */
function oddStream(random: Random): RecordedEvent[] {
  return Array.from({ length: 2 + random.below(4) }, () => {
    const delta = { step_details: oddDetails(random) };
    const object = "thread.run.step.delta";
    return { event: object, data: { id: "step_1", object, delta } };
  });
}

function oddDetails(random: Random): JsonValue {
  if (random.chance(0.3)) {
    return oddValue(random);
  }
  const type = random.chance(0.3)
    ? { type: random.pick(["tool_calls", "message_creation", "x", ""] as const) }
    : {};
  const message = random.chance(0.3) ? { message_creation: oddValue(random) } : {};
  const calls = random.chance(0.7) ? { tool_calls: [oddCall(random)] } : {};
  return { ...type, ...message, ...calls };
}

function oddCall(random: Random): JsonValue {
  if (random.chance(0.15)) {
    return oddValue(random);
  }
  const names = ["function", "code_interpreter", "file_search", "browser"] as const;
  const name = random.pick(names);
  const member = random.pick([
    "name",
    "arguments",
    "output",
    "input",
    "outputs",
    "results",
    "x",
  ] as const);
  const payload = random.chance(0.3) ? oddValue(random) : { [member]: oddValue(random) };
  return {
    ...(random.chance(0.8) && { index: random.below(2) }),
    ...(random.chance(0.3) && { id: oddValue(random) }),
    ...(random.chance(0.5) && { type: random.chance(0.8) ? name : oddValue(random) }),
    ...(random.chance(0.8) && { [name]: payload }),
  };
}

/** Deltas with more unknown members than a cost of their square allows. */
function manyMembers(random: Random): RecordedEvent[] {
  const members = Array.from({ length: 3000 }, (_, index) => [`m${index}`, index]);
  const many: JsonObject = Object.fromEntries(members);
  const delta: JsonObject = random.chance(0.5) ? many : { m: many };
  const object = "thread.run.step.delta";
  const event = { event: object, data: { id: "step_1", object, delta } };
  return [event, event, { event: object, data: { id: "step_1", object, delta: { m: { n: 1 } } } }];
}

function wholeStep(id: string, random: Random): JsonValue {
  const calls = random.chance(0.5) ? [] : [call(random, false)];
  const object = runStepObject({ id, step_details: { type: "tool_calls", tool_calls: calls } });
  const value: JsonValue = JSON.parse(JSON.stringify(object));
  return value;
}

function stepDetails(random: Random): JsonValue {
  if (random.chance(0.1)) {
    const message = random.chance(0.7) ? { message_id: text(random) } : oddValue(random);
    return { type: "message_creation", message_creation: message };
  }
  const calls = Array.from({ length: 1 + random.below(3) }, () => call(random, true));
  return random.chance(0.9) ? { type: "tool_calls", tool_calls: calls } : { tool_calls: calls };
}

function call(random: Random, isDelta: boolean): JsonObject {
  const index = isDelta && random.chance(0.9) ? { index: indexOf(random) } : {};
  // The type mostly follows from the place, so that calls of one type go on.
  const place = typeof index.index === "number" ? index.index : 0;
  const kinds = ["function", "code_interpreter", "azure_function", "file_search", "browser"];
  const kind = random.chance(0.9) ? kinds[place % kinds.length] : random.pick(kinds);
  const type = kind ?? "function";
  const id = random.chance(0.5)
    ? { id: random.chance(0.2) ? oddValue(random) : `call_${place}` }
    : {};
  const typed = random.chance(0.9) ? { type } : {};
  const payload = random.chance(0.9) ? { [type]: payloadOf(type, random) } : {};
  const unknown = random.chance(0.1) ? { cost: unknownValue(random, 3) } : {};
  return { ...index, ...id, ...typed, ...payload, ...unknown };
}

function indexOf(random: Random): JsonValue {
  return random.chance(0.95)
    ? random.below(4)
    : (random.pick<JsonValue>([
        63,
        64,
        65,
        66,
        4095,
        4096,
        2 ** 32 - 1,
        2 ** 32,
        -1,
        0.5,
        "0",
        null,
        rawNumber("1e30"),
      ]) ?? 0);
}

function payloadOf(type: string, random: Random): JsonValue {
  if (random.chance(0.05)) {
    return oddValue(random);
  }
  const name = random.chance(0.3) ? { name: random.chance(0.2) ? "" : "f" } : {};
  switch (type) {
    case "function":
      return {
        ...name,
        arguments: text(random),
        ...(random.chance(0.3) && { output: text(random) }),
      };
    case "code_interpreter": {
      const output = { index: random.below(3), type: "logs", logs: text(random) };
      return { input: text(random), ...(random.chance(0.4) && { outputs: [output] }) };
    }
    case "file_search":
      return random.chance(0.5)
        ? { ranking_options: { ranker: "auto", score_threshold: 0.5 } }
        : { results: [{ file_id: "file_1", file_name: "a", score: 0.5, attributes: { a: 1 } }] };
    case "azure_function":
      return { ...name, arguments: text(random), output: random.chance(0.5) ? null : text(random) };
    default:
      return unknownValue(random, 4);
  }
}

function unknownValue(random: Random, depth: number): JsonValue {
  if (depth === 0 || random.chance(0.3)) {
    return oddValue(random);
  }
  const members = Array.from({ length: random.below(4) }, () => [
    `m${random.below(5)}`,
    unknownValue(random, depth - 1),
  ]);
  const object: JsonObject = Object.fromEntries(members);
  return object;
}
