import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { DescMessage } from "@bufbuild/protobuf";
import { RunSchema, RunStepSchema, StreamEventSchema, ThreadMessageSchema } from "@stepwire/core";
import { jsonValueEnd, splitJsonObject } from "@stepwire/json/internal";
import { parseOpenAI, stringifyOpenAI } from "@stepwire/openai-json";
import { jsonDifference } from "@stepwire/testing";
import { describe, expect, it } from "vitest";
import { AccumulationError, type Accumulator } from "../src/index.js";
import { createAccumulator } from "./both-engines.js";
import { schemaOf } from "./response-schema.js";

const path = join(import.meta.dirname, "..", "..", "..", "docs", "accumulation.md");

/** An example of the document: its members, with their text, so that numbers stay as they are. */
interface Example {
  readonly rule: string;
  readonly number: number;
  readonly members: ReadonlyMap<string, string>;
}

/** Rules that no example can show. */
const withoutExample = ["Unknown fields of the binary form"];

function readRules(): string[] {
  return readFileSync(path, "utf8")
    .split(/^### /m)
    .slice(1)
    .map((section) => section.split(/^## /m)[0] ?? "");
}

function readExamples(): Example[] {
  return readRules().flatMap((section) => {
    const rule = section.split("\n")[0] ?? "";
    return [...section.matchAll(/^```json\n(.*?)^```$/gms)].map(([, json = ""], index) => ({
      rule,
      number: index + 1,
      members: splitJsonObject(json.trim()) ?? expect.unreachable(json),
    }));
  });
}

/** The elements of a JSON array, each with its text. */
function elementsOf(json: string): string[] {
  const elements: string[] = [];
  const start = /\s*[[,]\s*(?=[[{])/y;
  while (start.test(json)) {
    const end = jsonValueEnd(json, start.lastIndex) ?? expect.unreachable(json);
    elements.push(json.slice(start.lastIndex, end));
    start.lastIndex = end;
  }
  return elements;
}

/** The members of a step or delta; an array stands for tool calls. */
function membersOf(json: string): string {
  return json.startsWith("[")
    ? `{"step_details":{"type":"tool_calls","tool_calls":${json}}}`
    : json;
}

function eventsOf({ members }: Example): string[] {
  const events = members.get("events");
  if (events !== undefined) {
    return elementsOf(events);
  }
  const step = members.get("step");
  const created =
    step === undefined
      ? []
      : [`{"event":"thread.run.step.created","data":{"id":"step_1",${membersOf(step).slice(1)}}`];
  const deltas = elementsOf(members.get("deltas") ?? "[]").map(
    (delta) =>
      `{"event":"thread.run.step.delta","data":{"id":"step_1","delta":${membersOf(delta)}}}`,
  );
  return [...created, ...deltas];
}

/** The event message of an example, and the object that is shown. */
function schemasOf({ members }: Example): readonly [event: DescMessage, object: DescMessage] {
  switch (members.get("stream")) {
    case '"response"':
      return [schemaOf("acme.response.Event"), schemaOf("acme.response.Response")];
    case '"chat"':
      return [schemaOf("acme.chat.Event"), schemaOf("acme.chat.Completion")];
  }
  switch (members.get("object")) {
    case '"message"':
      return [StreamEventSchema, ThreadMessageSchema];
    case '"run"':
      return [StreamEventSchema, RunSchema];
    default:
      return [StreamEventSchema, RunStepSchema];
  }
}

function accumulate(example: Example): Accumulator {
  const [eventSchema] = schemasOf(example);
  const accumulator = createAccumulator(eventSchema);
  for (const json of eventsOf(example)) {
    accumulator.apply(parseOpenAI(eventSchema, json, { mode: "archive" }));
  }
  return accumulator;
}

describe("docs/accumulation.md", () => {
  it("is read element by element", () => {
    expect(elementsOf('[[{"a":[1,{}]}], {"b":"]"} ,[] ]')).toEqual([
      '[{"a":[1,{}]}]',
      '{"b":"]"}',
      "[]",
    ]);
    expect(elementsOf("[]")).toEqual([]);
  });

  it("has an example for each rule", () => {
    const shown = new Set(readExamples().map(({ rule }) => rule));
    const rules = readRules().map((section) => section.split("\n")[0] ?? "");
    expect(rules.filter((rule) => !shown.has(rule))).toEqual(withoutExample);
  });

  it.each(readExamples())("is right: $rule ($number)", (example) => {
    const { members } = example;
    const refused = members.get("refused");
    if (refused !== undefined) {
      expect(() => accumulate(example)).toThrow(AccumulationError);
      expect(() => accumulate(example)).toThrow(
        expect.objectContaining({ code: JSON.parse(refused) }),
      );
      return;
    }
    const accumulator = accumulate(example);
    const [, objectSchema] = schemasOf(example);
    const objects = accumulator
      .objects(objectSchema)
      .map((object) => stringifyOpenAI(objectSchema, object));
    const ended = members.get("ended");
    expect(accumulator.ended).toBe(ended === undefined ? undefined : JSON.parse(ended));
    const expected = members.get("objects");
    if (expected !== undefined) {
      expect(jsonDifference(`[${objects.join(",")}]`, expected)).toBeUndefined();
      return;
    }
    const step = splitJsonObject(objects[0] ?? "");
    const becomes = splitJsonObject(membersOf(members.get("becomes") ?? ""));
    for (const [name, json] of becomes ?? expect.unreachable()) {
      expect(jsonDifference(step?.get(name) ?? "null", json), `${name}: ${step?.get(name)}`).toBe(
        undefined,
      );
    }
  });
});
