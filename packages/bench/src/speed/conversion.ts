import { deepStrictEqual } from "node:assert";
import { type DescMessage, fromJson, toJson } from "@bufbuild/protobuf";
import { fromOpenAI, toOpenAI } from "@stepwire/openai-json";
import { documentSet } from "../corpus/sets.js";
import { at, contender, measureSet, type SetContender, type SetTiming } from "./blocks.js";
import type { SetsOptions } from "./transcoding.js";

/** The time to convert a document of a set, compared with protobuf-es. */
export interface ConversionRow {
  readonly set: string;
  readonly fromOpenAI: SetTiming;
  readonly fromJson: SetTiming;
  readonly toOpenAI: SetTiming;
  readonly toJson: SetTiming;
}

const conversionSets: readonly string[] = [
  "steps, wire order",
  "steps, spec order",
  "steps of 50 KB",
  "step deltas, wire order",
  "lists of steps, wire order",
  "runs",
  "chat chunks",
];

/**
 * Measures object conversion: `fromOpenAI` and `toOpenAI`, compared with `fromJson` and `toJson` of
 * protobuf-es for the same messages.
 */
export function measureConversion({
  sets = conversionSets.map(documentSet),
  progress,
  ...options
}: SetsOptions): readonly ConversionRow[] {
  return sets.map(({ name, schema, create }) => {
    progress?.(name);
    const values: unknown[] = create().map((text) => JSON.parse(text));
    const contenders = createContenders(schema, values);
    const [from, fromProto, to, toProto] = measureSet(contenders, values.length, options);
    if (!from || !fromProto || !to || !toProto) {
      throw new Error("a contender was not timed");
    }
    return { set: name, fromOpenAI: from, fromJson: fromProto, toOpenAI: to, toJson: toProto };
  });
}

function createContenders(
  schema: DescMessage,
  values: readonly unknown[],
): readonly SetContender[] {
  const messages = values.map((value) => fromOpenAI(schema, value as never));
  const protoJson = messages.map((message) => toJson(schema, message));
  for (const [index, message] of messages.entries()) {
    deepStrictEqual(toOpenAI(schema, message), values[index]);
    deepStrictEqual(fromJson(schema, at(protoJson, index)), message);
  }
  return [
    contender("fromOpenAI", (index) => fromOpenAI(schema, values[index] as never)),
    contender("fromJson", (index) => fromJson(schema, at(protoJson, index))),
    contender("toOpenAI", (index) => toOpenAI(schema, at(messages, index))),
    contender("toJson", (index) => toJson(schema, at(messages, index))),
  ];
}
