import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { Random } from "@stepwire/testing";
import type { RecordedEvent } from "../run/recorded.js";
import { isObject, rawNumber } from "./input.js";

const stepNames = [
  "thread.run.step.created",
  "thread.run.step.in_progress",
  "thread.run.step.delta",
  "thread.run.step.delta",
  "thread.run.step.delta",
  "thread.run.step.completed",
  "thread.run.step.failed",
  "thread.run.step.cancelled",
  "thread.run.step.expired",
  "error",
  "done",
  "message",
] as const;

const memberNames = [
  "id",
  "type",
  "name",
  "index",
  "object",
  "run_id",
  "thread_id",
  "created_at",
  "arguments",
  "output",
  "outputs",
  "input",
  "logs",
  "delta",
  "step_details",
  "tool_calls",
  "message_creation",
  "function",
  "code_interpreter",
  "file_search",
  "azure_function",
  "results",
  "metadata",
  "usage",
  "x",
  "",
  "__proto__",
  "constructor",
  "toString",
  "0",
  "a/b~c",
  "json_residue",
  "\ud83d",
] as const;

/** Values that dialects and careless servers write. */
const oddValues: readonly JsonValue[] = [
  null,
  "",
  "a",
  "{",
  "\ud83d",
  "\ude42",
  "a\ud83d",
  "\ude42b",
  "\ud83d\ude42",
  "\u0000",
  "call_1",
  "step_1",
  "function",
  "browser",
  "tool_calls",
  "message_creation",
  true,
  false,
  0,
  1,
  -1,
  1.5,
  64,
  65,
  66,
  4095,
  4096,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 32,
  2 ** 53,
  rawNumber("1e400"),
  rawNumber("-0"),
  rawNumber("1.0"),
  rawNumber("12345678901234567890"),
  [],
  {},
  [null],
  [{}],
  [[]],
  { id: "" },
  { type: "" },
  { x: null },
  { x: { y: { z: 1 } } },
];

/** A value from the list of odd ones. */
export function oddValue(random: Random): JsonValue {
  return structuredClone(random.pick(oddValues) ?? null);
}

/** Changes a stream at a few places: order, names, members and values. */
export function mutateEvents(events: readonly RecordedEvent[], random: Random): RecordedEvent[] {
  const mutated = events.map((event) => ({ ...event }));
  for (let count = 1 + random.below(6); count > 0 && mutated.length > 0; count--) {
    const place = random.below(mutated.length);
    const event = mutated[place];
    if (event === undefined) {
      continue;
    }
    switch (random.below(10)) {
      case 0:
        mutated.splice(place, 1 + random.below(3));
        break;
      case 1:
        mutated.splice(place, 0, structuredClone(event));
        break;
      case 2:
        mutated.splice(random.below(mutated.length), 0, ...mutated.splice(place, 1));
        break;
      case 3:
        mutated[place] = { ...event, event: random.pick(stepNames) };
        break;
      default:
        mutated[place] = { ...event, data: mutateJson(structuredClone(event.data), random) };
    }
  }
  return mutated;
}

/** Changes one place of a JSON value, which may be changed itself. */
function mutateJson(value: JsonValue, random: Random): JsonValue {
  const deeper = random.chance(0.8);
  if (Array.isArray(value) && value.length > 0 && deeper) {
    const place = random.below(value.length);
    value[place] = mutateJson(value[place] ?? null, random);
    return value;
  }
  if (isObject(value)) {
    return mutateObject(value, random);
  }
  if (Array.isArray(value)) {
    value.splice(random.below(value.length + 1), random.below(2), oddValue(random));
    return value;
  }
  if (typeof value === "string" && value.length > 0 && random.chance(0.4)) {
    // A cut by code units leaves halves of characters.
    return value.slice(random.below(value.length), 1 + random.below(value.length));
  }
  return oddValue(random);
}

function mutateObject(object: JsonObject, random: Random): JsonValue {
  const names = Object.keys(object);
  const name = random.pick(names);
  if (name === undefined || random.chance(0.15)) {
    return withMember(object, random.pick(memberNames) ?? "", oddValue(random));
  }
  const value = object[name] ?? null;
  switch (random.below(8)) {
    case 0:
      delete object[name];
      return object;
    case 1:
      delete object[name];
      return withMember(object, random.pick(memberNames) ?? "", value);
    case 2:
      return withMember(object, name, oddValue(random));
    default:
      return withMember(object, name, mutateJson(value, random));
  }
}

/** An object with a member of its own, also of the name `__proto__`. */
function withMember(object: JsonObject, name: string, value: JsonValue): JsonObject {
  return Object.fromEntries([...Object.entries(object), [name, value]]);
}
