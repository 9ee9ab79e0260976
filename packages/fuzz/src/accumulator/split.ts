import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { RecordedEvent } from "../run/recorded.js";
import { isObject } from "./input.js";

/** Texts of tools that are appended. */
const appended: readonly (readonly [tool: string, member: string])[] = [
  ["function", "arguments"],
  ["function", "output"],
  ["code_interpreter", "input"],
  ["azure_function", "arguments"],
];

/** Events after which a step has ended. */
const ending = /^thread\.run\.step\.(completed|failed|cancelled|expired)$/;

/**
 * The same stream with each text that is appended cut in two, the second half in a delta of
 * its own right after. It has to add up to the same steps. Undefined if nothing can be cut.
 * Deltas after the end of their step are left as they are: such a delta may only fill what
 * is absent, which its second half no longer is.
 */
export function splitTexts(events: readonly RecordedEvent[]): RecordedEvent[] | undefined {
  const ended = new Set<JsonValue | undefined>();
  const split = events.flatMap((event) => {
    const id = isObject(event.data) ? event.data["id"] : undefined;
    if (ending.test(event.event)) {
      ended.add(id);
    }
    return (ended.has(id) ? undefined : splitEvent(event)) ?? [event];
  });
  return split.length === events.length ? undefined : split;
}

function splitEvent({ event, data }: RecordedEvent): RecordedEvent[] | undefined {
  const delta = isObject(data) ? data["delta"] : undefined;
  const details = isObject(delta) ? delta["step_details"] : undefined;
  const calls = isObject(details) ? details["tool_calls"] : undefined;
  if (event !== "thread.run.step.delta" || !isObject(data) || !isObject(delta)) {
    return undefined;
  }
  if (!isObject(details) || !Array.isArray(calls) || details["type"] !== "tool_calls") {
    return undefined;
  }
  if (calls.some((call) => !isObject(call))) {
    // Such a list is kept as a whole, and nothing can be added to it.
    return undefined;
  }
  // A later element of the same call would come between the halves.
  const last = calls.length - 1;
  const halves = splitCall(calls[last]);
  if (halves === undefined) {
    return undefined;
  }
  const withDelta = (value: JsonObject): RecordedEvent => ({
    event,
    data: { ...data, delta: value },
  });
  // What surrounds the text comes once: an unknown text among it is appended too.
  return [
    withDelta({ ...delta, step_details: { ...details, tool_calls: calls.with(last, halves[0]) } }),
    withDelta({ step_details: { type: "tool_calls", tool_calls: [halves[1]] } }),
  ];
}

function splitCall(call: JsonValue | undefined): [JsonValue, JsonValue] | undefined {
  if (!isObject(call) || !Number.isInteger(call["index"])) {
    return undefined;
  }
  for (const [tool, member] of appended) {
    const payload = call[tool];
    const value = isObject(payload) ? payload[member] : undefined;
    if (
      isObject(payload) &&
      typeof value === "string" &&
      value.length > 1 &&
      call["type"] === tool
    ) {
      // By code units: a character may be cut in two.
      const middle = Math.ceil(value.length / 2);
      const { index, type } = call;
      return [
        { ...call, [tool]: { ...payload, [member]: value.slice(0, middle) } },
        { index: index ?? 0, type: type ?? "", [tool]: { [member]: value.slice(middle) } },
      ];
    }
  }
  return undefined;
}
